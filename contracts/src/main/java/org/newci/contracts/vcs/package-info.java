/** What the VCS worker takes and answers over HTTP: records only, JSON in snake_case. */
@NullMarked
package org.newci.contracts.vcs;

import org.jspecify.annotations.NullMarked;
