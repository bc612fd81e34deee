/** Whether a CI file is good, without starting a pipeline. */
@NullMarked
package org.newci.standin.lint;

import org.jspecify.annotations.NullMarked;
