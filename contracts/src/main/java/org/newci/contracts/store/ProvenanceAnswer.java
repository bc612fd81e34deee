package org.newci.contracts.store;

import java.util.List;

/**
 * Answer to {@code GET /blobs/NAME/provenance}.
 *
 * @param sha256 64 hex digits
 * @param provenance one for each build that made these bytes, latest first; empty when they were
 *     put by hand
 */
public record ProvenanceAnswer(String sha256, List<Provenance> provenance) {}
