/**
 * Drives the running system as an outsider does: its commands, its HTTP APIs, git. The scenarios
 * and the benchmarks are written with it.
 */
@NullMarked
package org.newci.acceptance.system;

import org.jspecify.annotations.NullMarked;
