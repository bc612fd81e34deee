/**
 * Calling another component over HTTP: trusted CA, bearer token, deadlines, and what can go wrong.
 */
@NullMarked
package org.newci.shell.peer;

import org.jspecify.annotations.NullMarked;
