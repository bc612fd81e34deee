/** What people read: status, one build, its log and its events. */
@NullMarked
package org.newci.controller.show;

import org.jspecify.annotations.NullMarked;
