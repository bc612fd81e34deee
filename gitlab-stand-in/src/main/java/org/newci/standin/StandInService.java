package org.newci.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.TrustedCa;
import org.newci.standin.database.Database;
import org.newci.standin.git.GitRoutes;
import org.newci.standin.git.HermeticGit;
import org.newci.standin.git.Repositories;
import org.newci.standin.hook.HookEvents;
import org.newci.standin.hook.HookFaults;
import org.newci.standin.hook.HookPayloads;
import org.newci.standin.hook.HookRoutes;
import org.newci.standin.hook.HookSender;
import org.newci.standin.hook.HookTarget;
import org.newci.standin.pipeline.Changes;
import org.newci.standin.pipeline.JobArtifactRoutes;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobFiles;
import org.newci.standin.pipeline.JobQueue;
import org.newci.standin.pipeline.JobRoutes;
import org.newci.standin.pipeline.JobTokens;
import org.newci.standin.pipeline.JobView;
import org.newci.standin.pipeline.JobWatch;
import org.newci.standin.pipeline.PipelineDesk;
import org.newci.standin.pipeline.PipelineRoutes;
import org.newci.standin.pipeline.PipelineStart;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.pipeline.TestReports;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectRoutes;
import org.newci.standin.rest.RestPages;
import org.newci.standin.runner.Runner;
import org.newci.standin.runner.RunnerStore;
import org.newci.standin.runnerapi.ArtifactRoutes;
import org.newci.standin.runnerapi.JobGate;
import org.newci.standin.runnerapi.JobPayload;
import org.newci.standin.runnerapi.RequestRoutes;
import org.newci.standin.runnerapi.TraceRoutes;
import org.newci.standin.user.Secret;
import org.newci.standin.user.Users;

/** The stand-in, wired. */
public final class StandInService implements AutoCloseable {

  private static final Duration LONGEST_POLL = Duration.ofSeconds(50);
  private static final long LARGEST_BODY = 4L * 1024 * 1024;

  private final Edge edge;
  private final Database database;
  private final JobWatch watch;
  private final HookSender sender;
  private final RequestRoutes requests;

  private StandInService(
      Edge edge, Database database, JobWatch watch, HookSender sender, RequestRoutes requests) {
    this.edge = edge;
    this.database = database;
    this.watch = watch;
    this.sender = sender;
    this.requests = requests;
  }

  /** What may differ in tests. */
  record Limits(Duration longestPoll, long largestTrace, long largestArchive) {
    static Limits usual() {
      return new Limits(LONGEST_POLL, TraceRoutes.LARGEST_TRACE, ArtifactRoutes.LARGEST_ARCHIVE);
    }
  }

  /** Starts with these environment variables; a mistake in them is named in one sentence. */
  public static StandInService start(Map<String, String> env) {
    return start(env, Limits.usual(), Clock.systemUTC());
  }

  static StandInService start(Map<String, String> env, Limits limits, Clock clock) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    EdgeConfig listen = EdgeConfig.from(settings, home);
    URI base = URI.create(settings.url("NEWCI_PUBLIC_URL").toString().replaceAll("/+$", ""));
    boolean localHooks = settings.flag("NEWCI_ALLOW_LOCAL_HOOKS", false);
    String faults = settings.text("NEWCI_HOOK_FAULTS", "");
    settings.check();
    HookTarget target = new HookTarget(localHooks);
    HookFaults wrong = HookFaults.parse(faults);
    HermeticGit.install();
    Database database = Database.open(home.data().resolve("gitlab.db"));
    try {
      return new Wiring(home, base, database, limits, clock).start(listen, target, wrong);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Where it listens. */
  public URI url() {
    return edge.url();
  }

  /** What it serves, for the check of the documentation. */
  public List<EdgeSpec.Route> routes() {
    return edge.routes();
  }

  @Override
  public void close() {
    requests.close();
    watch.close();
    edge.close();
    sender.close();
    database.close();
  }

  /** Puts the parts together. */
  private static final class Wiring {
    private final ComponentHome home;
    private final URI base;
    private final Database database;
    private final Limits limits;
    private final Clock clock;
    private final Users users;
    private final Repositories repositories;
    private final JobFiles files;

    Wiring(ComponentHome home, URI base, Database database, Limits limits, Clock clock) {
      this.home = home;
      this.base = base;
      this.database = database;
      this.limits = limits;
      this.clock = clock;
      this.users = Users.load(home.secrets().resolve("tokens"), database, clock);
      this.repositories = new Repositories(home.data().resolve("repositories"));
      this.files = new JobFiles(home.data().resolve("jobs"));
    }

    StandInService start(EdgeConfig listen, HookTarget target, HookFaults faults) {
      acceptRunnerOfSetUp();
      Path ca = home.ca();
      @Nullable TrustedCa trust = Files.exists(ca) ? TrustedCa.of(ca) : null;
      HookSender sender =
          new HookSender(database, clock, base, new HookSender.Way(target, trust, faults));
      JobQueue queue = new JobQueue(clock.millis());
      HookEvents events =
          new HookEvents(
              database, repositories, sender, new HookPayloads(base, users, repositories));
      Changes changes = new Changes(database, events, queue, clock);
      JobDesk desk = new JobDesk(database, changes);
      JobTokens tokens = JobTokens.load(home.data().resolve("job-tokens.key"));
      JobGate gate = new JobGate(desk, tokens);
      Predefined predefined = new Predefined(base);
      ProjectAccess access = new ProjectAccess(database, users, base);
      EdgeSpec spec = new EdgeSpec().errorPages(RestPages::install).maxBodyBytes(LARGEST_BODY);

      RequestRoutes requests =
          new RequestRoutes(
              database,
              desk,
              queue,
              new JobPayload(database, users, repositories, tokens, predefined, base),
              limits.longestPoll());
      // Before those of people: /runners/managers is no /runners/{runner}.
      requests.addTo(spec);
      GitLabRoutes gitLab = new GitLabRoutes(database, users, access, clock);
      gitLab.addTo(spec, disk());
      new HookRoutes(database, access, target, clock, base).addTo(spec);
      PipelineStart starter = new PipelineStart(database, repositories, changes, predefined);
      addPipelines(spec, access, starter, new PipelineDesk(database, changes, files), gate);
      gitLab.addTo(spec, repositories, predefined, starter);
      new TraceRoutes(gate, desk, files, limits.largestTrace()).addTo(spec);
      new ArtifactRoutes(gate, desk, files, limits.largestArchive()).addTo(spec);
      new GitRoutes(
              database,
              users,
              repositories,
              gate::mayRead,
              push -> {
                starter.pushed(push);
                events.pushed(push);
                repositories.pushed(push.project().id());
              })
          .addTo(spec);

      JobWatch watch = new JobWatch(database, changes, files, clock).start();
      return new StandInService(Edge.start(listen, spec), database, watch, sender, requests);
    }

    private void addPipelines(
        EdgeSpec spec,
        ProjectAccess access,
        PipelineStart starter,
        PipelineDesk desk,
        JobGate gate) {
      PipelineRoutes.Reading reading =
          new PipelineRoutes.Reading(
              database,
              access,
              new JobView(database, users, repositories, files, base),
              new TestReports(database, files));
      new PipelineRoutes(reading, starter, desk, base).addTo(spec);
      new JobRoutes(reading, files, desk, base).addTo(spec);
      new JobArtifactRoutes(reading, files, desk, gate::mayRead).addTo(spec);
    }

    private ProjectRoutes.Disk disk() {
      return new ProjectRoutes.Disk() {
        @Override
        public void create(long projectId) {
          repositories.create(projectId);
        }

        @Override
        public void remove(long projectId) {
          repositories.remove(projectId);
          files.remove(projectId);
        }
      };
    }

    private void acceptRunnerOfSetUp() {
      Path file = home.secrets().resolve("runner.token");
      if (!Files.exists(file)) {
        return;
      }
      try {
        Secret token = Secret.of(Files.readString(file));
        Runner runner =
            new Runner(
                0, "instance_type", null, "set up with the server", List.of(), true, false, null);
        database.write(handle -> RunnerStore.add(handle, runner, token, clock.instant()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the runner's token " + file, e);
      }
    }
  }
}
