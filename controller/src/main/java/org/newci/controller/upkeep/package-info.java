/** What the store may forget: the controller knows what is deployed, and what is about to be. */
@NullMarked
package org.newci.controller.upkeep;

import org.jspecify.annotations.NullMarked;
