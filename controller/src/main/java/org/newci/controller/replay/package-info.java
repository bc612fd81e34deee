/** Whether the rules of today decide what was decided then. */
@NullMarked
package org.newci.controller.replay;

import org.jspecify.annotations.NullMarked;
