/** Going back to bytes that were served before: no build runs, the deploy worker does it. */
@NullMarked
package org.newci.controller.rollback;

import org.jspecify.annotations.NullMarked;
