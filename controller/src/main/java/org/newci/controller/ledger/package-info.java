/** Keeps builds, their events and the effects that they want, in SQLite or PostgreSQL. */
@NullMarked
package org.newci.controller.ledger;

import org.jspecify.annotations.NullMarked;
