/** Webhooks of projects: their settings, what is sent, and the sending. */
@NullMarked
package org.newci.standin.hook;

import org.jspecify.annotations.NullMarked;
