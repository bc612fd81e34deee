package org.newci.contracts.store;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT /blobs/NAME/pin}.
 *
 * @param why a sentence for whoever wonders why it is kept
 */
public record PinRequest(@Nullable String why) {}
