package org.newci.runner.job;

/**
 * How a command of the runner's own ended.
 *
 * @param output what it printed, as far as the runner keeps it
 * @param errors the start of what it said on standard error
 */
record Finished(int code, String output, String errors) {}
