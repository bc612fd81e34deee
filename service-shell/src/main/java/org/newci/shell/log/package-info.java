/** What the components say to whoever runs them: lines on standard error. */
@NullMarked
package org.newci.shell.log;

import org.jspecify.annotations.NullMarked;
