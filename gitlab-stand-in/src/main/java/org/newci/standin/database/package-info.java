/** The stand-in's own SQLite file: one writer at a time, readers beside it. */
@NullMarked
package org.newci.standin.database;

import org.jspecify.annotations.NullMarked;
