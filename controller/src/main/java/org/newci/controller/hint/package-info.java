/** Takes GitLab's webhook, which only says: look now. */
@NullMarked
package org.newci.controller.hint;

import org.jspecify.annotations.NullMarked;
