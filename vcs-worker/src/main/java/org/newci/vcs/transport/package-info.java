/**
 * How JGit talks to the outside: own threads, own HTTP and SSH, nothing of this host's settings.
 */
@NullMarked
package org.newci.vcs.transport;

import org.jspecify.annotations.NullMarked;
