/** A test environment in one process: files come in over SSH and are served over HTTPS. */
@NullMarked
package org.newci.testenv;

import org.jspecify.annotations.NullMarked;
