package org.newci.standin.git;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.project.JobTokenCheck;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.user.Login;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** Who may fetch from or push to which project: HTTP Basic, whose password is a token. */
final class GitLogin {

  private static final String JOB_USER = "gitlab-ci-token";

  private final Database database;
  private final Users users;
  private final JobTokenCheck jobTokens;

  GitLogin(Database database, Users users, JobTokenCheck jobTokens) {
    this.database = database;
    this.users = users;
    this.jobTokens = jobTokens;
  }

  /** The project, and who has come: a person, or (null) a job that may read. */
  record Visit(Project project, @Nullable User user, AccessLevel level) {}

  /** An answer other than the repository. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status, String sentence) {
      super(sentence, null, false, false);
      this.status = status;
    }

    /** Writes it as the answer. */
    void answer(Context ctx) {
      if (status == 401) {
        ctx.header("WWW-Authenticate", "Basic realm=\"GitLab\"");
      }
      ctx.status(status).result(getMessage() + "\n").contentType("text/plain");
    }
  }

  private record Basic(String user, String password) {}

  /** Lets the caller in, or says why not. */
  Visit visit(Context ctx, boolean push) throws Refused {
    Basic basic = basic(ctx).orElseThrow(GitLogin::denied);
    String path = ctx.pathParam("namespace") + "/" + ctx.pathParam("project");
    Optional<Project> found = database.read(handle -> ProjectStore.byPath(handle, path));
    if (basic.user().equals(JOB_USER)) {
      Project project =
          found
              .filter(p -> jobTokens.mayRead(basic.password(), p.id()))
              .orElseThrow(GitLogin::denied);
      if (push) {
        throw mayNotPush();
      }
      return new Visit(project, null, AccessLevel.NONE);
    }
    Login known =
        Optional.of(basic)
            .filter(login -> !login.user().isBlank())
            .flatMap(login -> users.login(login.password()))
            .orElseThrow(GitLogin::denied);
    User user = known.user();
    Project project =
        found
            .filter(p -> p.visibleAt(level(user, p), user))
            .orElseThrow(
                () ->
                    new Refused(
                        404,
                        "The project you were looking for could not be found or you don't have"
                            + " permission to view it."));
    AccessLevel level = level(user, project);
    if (push && !(known.mayUseGit(true) && level.atLeast(AccessLevel.DEVELOPER))) {
      throw mayNotPush();
    }
    boolean guest = project.visibility().equals("private") && !level.atLeast(AccessLevel.REPORTER);
    if (!push && (guest || !known.mayUseGit(false))) {
      throw new Refused(403, "You are not allowed to download code from this project.");
    }
    if (push && project.archived()) {
      throw new Refused(403, "You can't push code to an archived project.");
    }
    return new Visit(project, user, level);
  }

  private AccessLevel level(User user, Project project) {
    return database.read(
        handle -> Members.level(handle, user, project.id(), project.namespaceId()));
  }

  private static Refused mayNotPush() {
    return new Refused(403, "You are not allowed to push code to this project.");
  }

  private static Refused denied() {
    return new Refused(
        401,
        "HTTP Basic: Access denied. If a password was provided for Git authentication, the"
            + " password was incorrect or you're required to use a token instead of a password.");
  }

  private static Optional<Basic> basic(Context ctx) {
    String header = ctx.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      String text =
          new String(
              Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Basic(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
