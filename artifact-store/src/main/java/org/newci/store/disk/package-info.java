/** What makes files survive a crash, and keeps a second process out of a folder. */
@NullMarked
package org.newci.store.disk;

import org.jspecify.annotations.NullMarked;
