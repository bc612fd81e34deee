/** What lies in a repository, over REST: branches, tags, commits, files. */
@NullMarked
package org.newci.standin.repository;

import org.jspecify.annotations.NullMarked;
