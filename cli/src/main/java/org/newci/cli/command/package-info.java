/** One class for each command; the text of {@code --help} is here. */
@NullMarked
package org.newci.cli.command;

import org.jspecify.annotations.NullMarked;
