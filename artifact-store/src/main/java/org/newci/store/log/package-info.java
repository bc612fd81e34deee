/** Logs of builds: appended by offset, so that a repeated append changes nothing. */
@NullMarked
package org.newci.store.log;

import org.jspecify.annotations.NullMarked;
