/** Who has which level in a project or group. */
@NullMarked
package org.newci.standin.member;

import org.jspecify.annotations.NullMarked;
