package org.newci.contracts.controller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a build.
 *
 * @param name {@code mirror}, {@code build}, {@code collect} or {@code deploy}
 * @param end absent while the step runs
 * @param result {@code running}, {@code succeeded}, {@code failed}, {@code cancelled} or {@code
 *     timed out}
 * @param sentence what was done or why it failed, for a person
 */
public record StepView(
    String name, Instant start, @Nullable Instant end, String result, String sentence) {}
