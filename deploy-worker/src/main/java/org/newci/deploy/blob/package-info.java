/** Where the bytes come from: the artifact store, checked against their digest on the way. */
@NullMarked
package org.newci.deploy.blob;

import org.jspecify.annotations.NullMarked;
