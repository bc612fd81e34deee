package org.newci.standin.repository;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.Secret;

/** {@code /projects/:id/repository/files} and {@code /repository/tree}. */
public final class FileRoutes {

  private static final String FILE = "/api/v4/projects/{id}/repository/files/{path}";
  private static final String TREE = "/api/v4/projects/{id}/repository/tree";
  private static final int LARGEST_IN_JSON = 20 * 1024 * 1024;
  private static final int MOST_ENTRIES = 100_000;

  private final RepositoryVisits visits;
  private final URI base;

  public FileRoutes(ProjectAccess access, Repositories repositories) {
    this.visits = new RepositoryVisits(access, repositories);
    this.base = access.base();
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, FILE, this::file)
        .open(HandlerType.HEAD, FILE, this::head)
        .open(HandlerType.GET, FILE + "/raw", this::raw)
        .open(HandlerType.GET, TREE, this::tree);
  }

  /** A file at a ref. */
  private record Found(
      String path,
      String ref,
      String commit,
      String lastCommit,
      ObjectId blob,
      ObjectLoader bytes,
      boolean executable) {}

  private interface Use {
    void of(Found file) throws IOException;
  }

  private void with(Context ctx, Use use) {
    Visit visit = visits.reader(ctx, "read_repository");
    String ref = Params.of(ctx).text("ref", Constants.HEAD);
    String path = ctx.pathParam("path");
    visits.read(
        visit.project(),
        (repository, walk) -> {
          RevCommit commit =
              RepositoryVisits.commit(repository, walk, visit.project(), ref)
                  .orElseThrow(RepositoryVisits::noCommit);
          try (TreeWalk tree = TreeWalk.forPath(repository, path, commit.getTree())) {
            if (tree == null || tree.isSubtree()) {
              throw RestError.notFound("File");
            }
            ObjectId blob = tree.getObjectId(0);
            use.of(
                new Found(
                    path,
                    ref,
                    commit.name(),
                    lastChange(walk, commit, path),
                    blob,
                    repository.open(blob, Constants.OBJ_BLOB),
                    tree.getFileMode(0).equals(FileMode.EXECUTABLE_FILE)));
          }
          return path;
        });
  }

  private static String lastChange(RevWalk walk, RevCommit start, String path) throws IOException {
    walk.markStart(start);
    walk.setTreeFilter(AndTreeFilter.create(PathFilter.create(path), TreeFilter.ANY_DIFF));
    RevCommit last = walk.next();
    return last == null ? start.name() : last.name();
  }

  private static Map<String, Object> about(Found file, String sha256) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file_name", file.path().substring(file.path().lastIndexOf('/') + 1));
    json.put("file_path", file.path());
    json.put("size", file.bytes().getSize());
    json.put("encoding", "base64");
    json.put("content_sha256", sha256);
    json.put("ref", file.ref());
    json.put("blob_id", file.blob().name());
    json.put("commit_id", file.commit());
    json.put("last_commit_id", file.lastCommit());
    json.put("execute_filemode", file.executable());
    return json;
  }

  private static byte[] bytes(Found file) throws IOException {
    if (file.bytes().getSize() > LARGEST_IN_JSON) {
      throw RestError.message(
          413,
          "The file is too large for this call (%d bytes); take its raw form"
              .formatted(file.bytes().getSize()));
    }
    return file.bytes().getBytes(LARGEST_IN_JSON);
  }

  private void file(Context ctx) {
    with(
        ctx,
        file -> {
          byte[] bytes = bytes(file);
          Map<String, Object> json = about(file, Secret.sha256(bytes));
          json.put("content", Base64.getEncoder().encodeToString(bytes));
          RestPages.json(ctx, 200, json);
        });
  }

  private void head(Context ctx) {
    with(
        ctx,
        file ->
            about(file, Secret.sha256(bytes(file)))
                .forEach(
                    (key, value) ->
                        ctx.header("x-gitlab-" + key.replace('_', '-'), String.valueOf(value))));
  }

  private void raw(Context ctx) {
    with(
        ctx,
        file -> {
          ctx.contentType("text/plain");
          ctx.header("x-gitlab-blob-id", file.blob().name());
          ctx.header("x-gitlab-commit-id", file.commit());
          ctx.res().setContentLengthLong(file.bytes().getSize());
          file.bytes().copyTo(ctx.res().getOutputStream());
        });
  }

  private void tree(Context ctx) {
    Visit visit = visits.reader(ctx);
    Params params = Params.of(ctx);
    String path = params.text("path", "").replaceAll("/+$", "");
    boolean recursive = params.flag("recursive", false);
    List<Map<String, Object>> entries =
        visits.read(
            visit.project(),
            (repository, walk) -> {
              RevCommit commit =
                  RepositoryVisits.commit(
                          repository, walk, visit.project(), params.text("ref", Constants.HEAD))
                      .orElse(null);
              if (commit == null) {
                throw RestError.notFound("Tree");
              }
              return entries(repository, commit, path, recursive);
            });
    Page.of(params).slice(ctx, base, entries, entry -> entry);
  }

  private static List<Map<String, Object>> entries(
      Repository repository, RevCommit commit, String path, boolean recursive) throws IOException {
    List<Map<String, Object>> entries = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.addTree(commit.getTree());
      if (!path.isEmpty()) {
        try (TreeWalk folder = TreeWalk.forPath(repository, path, commit.getTree())) {
          if (folder == null || !folder.isSubtree()) {
            throw RestError.message(404, "404 invalid revision or path Not Found");
          }
          walk.reset(folder.getObjectId(0));
        }
      }
      while (walk.next() && entries.size() < MOST_ENTRIES) {
        entries.add(entry(walk, path));
        if (recursive && walk.isSubtree()) {
          walk.enterSubtree();
        }
      }
    }
    if (!recursive) {
      // GitLab shows folders first.
      entries.sort(java.util.Comparator.comparing(entry -> !"tree".equals(entry.get("type"))));
    }
    return entries;
  }

  private static Map<String, Object> entry(TreeWalk walk, String path) {
    FileMode mode = walk.getFileMode(0);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", walk.getObjectId(0).name());
    json.put("name", walk.getNameString());
    json.put(
        "type",
        mode.equals(FileMode.TREE) ? "tree" : mode.equals(FileMode.GITLINK) ? "commit" : "blob");
    json.put("path", path.isEmpty() ? walk.getPathString() : path + "/" + walk.getPathString());
    json.put("mode", "%06o".formatted(mode.getBits()));
    return json;
  }
}
