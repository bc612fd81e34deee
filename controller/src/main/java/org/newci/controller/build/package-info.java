/** What a build is and the only rules that move one; imports nothing else of the controller. */
@NullMarked
package org.newci.controller.build;

import org.jspecify.annotations.NullMarked;
