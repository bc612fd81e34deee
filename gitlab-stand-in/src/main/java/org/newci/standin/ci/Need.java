package org.newci.standin.ci;

/**
 * A job that another one waits for.
 *
 * @param artifacts whether the needed job's artifacts are fetched
 * @param optional whether the job may be missing in the pipeline
 */
public record Need(String job, boolean artifacts, boolean optional) {}
