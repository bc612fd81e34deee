/** The way in: sftp and nothing else, on one folder, for the keys that are allowed. */
@NullMarked
package org.newci.testenv.ssh;

import org.jspecify.annotations.NullMarked;
