/** Tokens of people and projects: made, shown, renewed and revoked. */
@NullMarked
package org.newci.standin.token;

import org.jspecify.annotations.NullMarked;
