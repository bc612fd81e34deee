/** Keeps builds, their events and the effects that they want, in SQLite. */
@NullMarked
package org.newci.controller.ledger;

import org.jspecify.annotations.NullMarked;
