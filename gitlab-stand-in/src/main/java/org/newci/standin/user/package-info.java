/** People, and the personal access tokens by which they are known. */
@NullMarked
package org.newci.standin.user;

import org.jspecify.annotations.NullMarked;
