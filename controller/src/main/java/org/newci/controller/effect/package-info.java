/** What is done for a build after a decision is committed: calls to the other components. */
@NullMarked
package org.newci.controller.effect;

import org.jspecify.annotations.NullMarked;
