/** Errors on the wire: application/problem+json (RFC 9457). */
@NullMarked
package org.newci.shell.problem;

import org.jspecify.annotations.NullMarked;
