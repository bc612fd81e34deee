/** A sample repository, and the walk from its commit to the served file. */
@NullMarked
package org.newci.cli.demo;

import org.jspecify.annotations.NullMarked;
