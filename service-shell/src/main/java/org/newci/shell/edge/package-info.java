/**
 * The HTTP edge that every component has: start and stop, TLS, the bearer gate, routes with their
 * scopes, health, request ids, limits.
 */
@NullMarked
package org.newci.shell.edge;

import org.jspecify.annotations.NullMarked;
