/** Runners: who may take jobs, and which. */
@NullMarked
package org.newci.standin.runner;

import org.jspecify.annotations.NullMarked;
