/** What a machine has before anything runs: folders, keys, certificates, tokens, ports. */
@NullMarked
package org.newci.cli.setup;

import org.jspecify.annotations.NullMarked;
