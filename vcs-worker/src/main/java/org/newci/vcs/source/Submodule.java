package org.newci.vcs.source;

import org.eclipse.jgit.lib.ObjectId;

/**
 * A repository inside of another (gitmodules(5)).
 *
 * @param name in {@code .gitmodules}
 * @param url as it stands there: absolute, or relative to the URL of the repository around it
 * @param commit the one that the commit around it names
 */
public record Submodule(String name, String url, ObjectId commit) {}
