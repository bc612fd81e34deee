package org.newci.vcs.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Repository;
import org.newci.vcs.source.SourceFailure.Kind;

/**
 * Brings the submodules of a commit into the cache, and theirs, each from where the {@code
 * .gitmodules} around it says (gitmodules(5), gitsubmodules(7)).
 */
public final class SubmoduleSources {

  private static final int MOST = 100;
  private static final int DEEPEST = 5;
  private static final Pattern ODD_PATH =
      Pattern.compile("(^|/)\\.{1,2}(/|$)|//|[%\\\\?#]|[\\x00- \\x7f]");

  /** By what right a submodule is fetched. */
  public interface Rights {
    /** The right for that URL. */
    Origin of(SourceUrl url) throws SourceFailure;
  }

  /** One that is in the cache now, and stays there until this is closed. */
  public record Copied(String name, SourceCache.Fetched fetched) implements AutoCloseable {
    @Override
    public void close() {
      fetched.close();
    }
  }

  private final SourceCache cache;
  private final Rights rights;
  private final List<Copied> copied = new ArrayList<>();

  private SubmoduleSources(SourceCache cache, Rights rights) {
    this.cache = cache;
    this.rights = rights;
  }

  /**
   * All of them, each before its own submodules; the caller closes them.
   *
   * @throws SourceFailure names the submodule that cannot be had
   */
  public static List<Copied> bring(
      SourceCache cache, Rights rights, SourceUrl url, SourceCache.Fetched parent)
      throws IOException, SourceFailure, InterruptedException {
    SubmoduleSources sources = new SubmoduleSources(cache, rights);
    boolean done = false;
    try {
      sources.walk(url, parent, 1);
      done = true;
      return List.copyOf(sources.copied);
    } finally {
      if (!done) {
        sources.copied.forEach(Copied::close);
      }
    }
  }

  private void walk(SourceUrl url, SourceCache.Fetched parent, int depth)
      throws IOException, SourceFailure, InterruptedException {
    List<Submodule> all;
    try (Repository repository = SourceCache.open(parent.repository())) {
      all = SourceTree.submodules(repository, parent.commit());
    }
    for (Submodule one : all) {
      if (copied.size() == MOST || depth > DEEPEST) {
        throw new SourceFailure(
            Kind.SUBMODULE,
            "%s has more than %d submodules, or some more than %d deep."
                .formatted(url, MOST, DEEPEST),
            null);
      }
      SourceUrl at = resolve(url, one);
      SourceCache.Fetched fetched = fetch(url, one, at);
      copied.add(new Copied(one.name(), fetched));
      walk(at, fetched, depth + 1);
    }
  }

  private SourceCache.Fetched fetch(SourceUrl parent, Submodule one, SourceUrl at)
      throws SourceFailure, InterruptedException {
    try {
      WantedRef wanted = new WantedRef.Commit(one.commit().name(), one.commit());
      return cache.fetch(rights.of(at), wanted, one.commit());
    } catch (SourceFailure e) {
      throw new SourceFailure(
          e.kind(),
          "The submodule '%s' of %s cannot be copied: %s"
              .formatted(one.name(), parent, e.getMessage()),
          e);
    }
  }

  /** Git's rule: each {@code ../} takes a part from the end of the URL around it. */
  static SourceUrl resolve(SourceUrl parent, Submodule one) throws SourceFailure {
    String rest = one.url();
    try {
      if (rest.startsWith("./") || rest.startsWith("../")) {
        String base = parent.text().replaceAll("/+$", "");
        while (rest.startsWith("./") || rest.startsWith("../")) {
          if (rest.startsWith("../")) {
            base = above(base);
          }
          rest = rest.substring(rest.indexOf('/') + 1);
        }
        rest = base + "/" + rest;
      }
      SourceUrl url = SourceUrl.parse(rest);
      if (ODD_PATH.matcher(url.path()).find()) {
        throw new IllegalArgumentException("its path is odd");
      }
      return url;
    } catch (IllegalArgumentException e) {
      throw new SourceFailure(
          Kind.SUBMODULE,
          ("The submodule '%s' of %s has the address '%s' (expected an http, https, git or ssh URL,"
                  + " or ../ and a path).")
              .formatted(one.name(), parent, one.url()),
          e);
    }
  }

  private static String above(String base) {
    int slash = base.lastIndexOf('/');
    if (slash <= base.indexOf("://") + 2) {
      throw new IllegalArgumentException("nothing is above " + base);
    }
    return base.substring(0, slash);
  }
}
