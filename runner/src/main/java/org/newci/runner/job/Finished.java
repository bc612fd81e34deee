package org.newci.runner.job;

/** How a command of the runner's own ended, and the start of what it said on standard error. */
record Finished(int code, String errors) {}
