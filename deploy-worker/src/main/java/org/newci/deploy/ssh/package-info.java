/** The way to the environment: kept sftp connections with a pinned host key and deadlines. */
@NullMarked
package org.newci.deploy.ssh;

import org.jspecify.annotations.NullMarked;
