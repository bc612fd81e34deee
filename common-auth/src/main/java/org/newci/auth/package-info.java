/**
 * Issues and verifies the bearer tokens that the components show each other. Knows nothing of HTTP.
 */
@NullMarked
package org.newci.auth;

import org.jspecify.annotations.NullMarked;
