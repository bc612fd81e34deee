package org.newci.standin.git;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.git.GitLogin.Refused;
import org.newci.standin.git.GitLogin.Visit;
import org.newci.standin.project.JobTokenCheck;
import org.newci.standin.project.Project;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** Git's smart HTTP protocol (gitprotocol-http, gitprotocol-v2), behind Basic authentication. */
public final class GitRoutes {

  private static final String BASE = "/<namespace>/{project}.git";
  private static final long LARGEST_PACK = 5L << 30;

  private final Database database;
  private final Repositories repositories;
  private final GitLogin login;
  private final Push.Listener listener;

  public GitRoutes(
      Database database,
      Users users,
      Repositories repositories,
      JobTokenCheck jobTokens,
      Push.Listener listener) {
    this.database = database;
    this.repositories = repositories;
    this.login = new GitLogin(database, users, jobTokens);
    this.listener = listener;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, BASE + "/info/refs", this::advertise)
        .open(HandlerType.POST, BASE + "/git-upload-pack", this::uploadPack)
        .open(HandlerType.POST, BASE + "/git-receive-pack", this::receivePack);
  }

  private void advertise(Context ctx) throws IOException {
    String service = String.valueOf(ctx.queryParam("service"));
    boolean push = service.equals("git-receive-pack");
    if (!push && !service.equals("git-upload-pack")) {
      new Refused(403, "Only the smart HTTP protocol is served.").answer(ctx);
      return;
    }
    try (Repository repository = repositories.open(login.visit(ctx, push).project().id())) {
      answerAs(ctx, "application/x-%s-advertisement".formatted(service));
      PacketLineOut lines = new PacketLineOut(ctx.res().getOutputStream());
      PacketLineOutRefAdvertiser advertiser = new PacketLineOutRefAdvertiser(lines);
      if (push) {
        lines.writeString("# service=git-receive-pack\n");
        lines.end();
        receiver(repository).sendAdvertisedRefs(advertiser);
      } else {
        try (UploadPack upload = uploader(ctx, repository)) {
          upload.sendAdvertisedRefs(advertiser, service);
        }
      }
      lines.flush();
    } catch (Refused refused) {
      refused.answer(ctx);
    }
  }

  private void uploadPack(Context ctx) throws IOException {
    try (Repository repository = repositories.open(login.visit(ctx, false).project().id());
        UploadPack upload = uploader(ctx, repository)) {
      answerAs(ctx, "application/x-git-upload-pack-result");
      upload.upload(body(ctx), ctx.res().getOutputStream(), null);
    } catch (Refused refused) {
      refused.answer(ctx);
    }
  }

  private void receivePack(Context ctx) throws IOException {
    Visit visit;
    try {
      visit = login.visit(ctx, true);
    } catch (Refused refused) {
      refused.answer(ctx);
      return;
    }
    Project project = visit.project();
    // The sender hears of success only after the pipelines are there.
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    List<Push.Change> changes = new ArrayList<>();
    try (Repository repository = repositories.open(project.id())) {
      ReceivePack receiver = receiver(repository);
      receiver.setPreReceiveHook(new PushRules(database, project, visit.level()));
      receiver.setPostReceiveHook(
          (pack, commands) -> commands.forEach(command -> changes.add(change(command))));
      receiver.receive(body(ctx), answer, null);
      User user = visit.user();
      if (!changes.isEmpty() && user != null) {
        List<String> options = receiver.getPushOptions();
        listener.pushed(new Push(project, user, changes, options == null ? List.of() : options));
      }
    }
    answerAs(ctx, "application/x-git-receive-pack-result");
    answer.writeTo(ctx.res().getOutputStream());
  }

  private static Push.Change change(ReceiveCommand command) {
    return new Push.Change(
        command.getRefName(), command.getOldId().name(), command.getNewId().name());
  }

  private static UploadPack uploader(Context ctx, Repository repository) {
    UploadPack upload = new UploadPack(repository);
    upload.setBiDirectionalPipe(false);
    String protocol = ctx.header("Git-Protocol");
    if (protocol != null) {
      upload.setExtraParameters(List.of(protocol.split(":", -1)));
    }
    return upload;
  }

  private static ReceivePack receiver(Repository repository) {
    // JGit would pack the repository anew before it answers; Repositories.pushed does it
    // afterwards.
    repository.getConfig().setBoolean("receive", null, "autogc", false);
    ReceivePack receiver = new ReceivePack(repository);
    receiver.setBiDirectionalPipe(false);
    receiver.setAllowPushOptions(true);
    receiver.setMaxPackSizeLimit(LARGEST_PACK);
    receiver.setRefFilter(GitRoutes::withoutPipelines);
    return receiver;
  }

  private static Map<String, Ref> withoutPipelines(Map<String, Ref> refs) {
    Map<String, Ref> visible = new LinkedHashMap<>(refs);
    visible.keySet().removeIf(name -> name.startsWith("refs/pipelines/"));
    return visible;
  }

  private static InputStream body(Context ctx) throws IOException {
    InputStream raw = ctx.req().getInputStream();
    return "gzip".equals(ctx.header("Content-Encoding")) ? new GZIPInputStream(raw) : raw;
  }

  private static void answerAs(Context ctx, String type) {
    ctx.status(200);
    ctx.res().setContentType(type);
    ctx.res().setHeader("Cache-Control", "no-cache, max-age=0, must-revalidate");
  }
}
