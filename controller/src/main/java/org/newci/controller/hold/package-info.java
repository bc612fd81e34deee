/** Stopped deployments: who stopped what and why, and which builds wait for it. */
@NullMarked
package org.newci.controller.hold;

import org.jspecify.annotations.NullMarked;
