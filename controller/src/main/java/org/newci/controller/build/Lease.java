package org.newci.controller.build;

/**
 * The right to do one effect of one build. It ends when it is not renewed in time; who is given it
 * next has a higher fence.
 *
 * @param rank the build's
 * @param fence goes along to whoever is asked to do something, and only the highest counts there
 */
public record Lease(BuildId build, long rank, Effect effect, long fence) {}
