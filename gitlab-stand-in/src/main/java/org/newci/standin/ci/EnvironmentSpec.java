package org.newci.standin.ci;

/**
 * The environment that a job deploys to. Parts that the file does not name are empty.
 *
 * @param name with its variables filled in
 * @param url may hold variables that are only known when the job runs
 * @param action {@code start}, {@code prepare}, {@code stop}, {@code verify} or {@code access}
 * @param tier {@code production}, {@code staging}, {@code testing}, {@code development}, {@code
 *     other}
 */
public record EnvironmentSpec(
    String name, String url, String action, String onStop, String autoStopIn, String tier) {}
