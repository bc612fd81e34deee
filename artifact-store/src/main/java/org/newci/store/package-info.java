/** The artifact store: keeps blobs by digest with names as aliases, and the logs of builds. */
@NullMarked
package org.newci.store;

import org.jspecify.annotations.NullMarked;
