package org.newci.contracts.vcs;

import java.util.Map;

/**
 * Answer to {@code POST /refs}.
 *
 * @param refs full name of each branch and tag ({@code refs/heads/main}) to the full id of its
 *     commit; an annotated tag names the commit that it points at
 */
public record RefsAnswer(Map<String, String> refs) {}
