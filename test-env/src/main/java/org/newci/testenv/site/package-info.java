/** The way out: the plain files of one folder over HTTP, for everybody. */
@NullMarked
package org.newci.testenv.site;

import org.jspecify.annotations.NullMarked;
