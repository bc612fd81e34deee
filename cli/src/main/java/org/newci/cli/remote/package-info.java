/** What a person asks of a running NewCI: the controller, called over HTTPS. */
@NullMarked
package org.newci.cli.remote;

import org.jspecify.annotations.NullMarked;
