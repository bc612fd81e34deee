package org.newci.controller.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.shell.peer.PeerFailure;

/** GitLab, the store and the targets, as the workers show them: in memory, and right. */
final class World {

  /** A pipeline: it starts, and ends as it will, unless somebody cancels it. */
  static final class Pipeline {
    final long id;
    final String build;
    final String commit;
    final String project;
    final Instant starts;
    final Instant ends;
    final String end;
    boolean cancelTried;
    boolean cancelAsked;
    Instant cancelled;

    Pipeline(long id, String build, String commit, String project, Instant[] times, String end) {
      this.id = id;
      this.build = build;
      this.commit = commit;
      this.project = project;
      this.starts = times[0];
      this.ends = times[1];
      this.end = end;
    }

    String status(Instant now) {
      if (cancelled != null) {
        return "canceled";
      }
      return now.isBefore(starts) ? "pending" : now.isBefore(ends) ? "running" : end;
    }
  }

  /** One change that was seen at a target. */
  record Change(String target, String build, long sequence, String sha256) {}

  /** What a target remembers of its last deployment, and under which lease it was asked for. */
  private record Served(long sequence, long fence, String sha256, long lease) {}

  private static final class Project {
    final long id;
    long fence;

    Project(long id) {
      this.id = id;
    }
  }

  private final Schedule schedule;
  private final Random dice;
  private final Planted planted;
  final Map<Long, Pipeline> pipelines = new LinkedHashMap<>();
  final List<Change> changes = new ArrayList<>();

  /** Requests under an older lease that were not refused. */
  final List<String> late = new ArrayList<>();

  private final Map<String, MirrorAnswer> mirrored = new HashMap<>();
  private final Map<String, Project> projects = new LinkedHashMap<>();
  private final Map<String, Integer> heads = new HashMap<>();
  private final Map<String, Served> served = new HashMap<>();
  private final Map<String, byte[]> logs = new HashMap<>();
  private final Uploads uploads = new Uploads();
  private long ids = 100;

  World(Schedule schedule, Random dice, Planted planted) {
    this.schedule = schedule;
    this.dice = dice;
    this.planted = planted;
  }

  /** Somebody pushes. */
  void moveBranches() {
    heads.replaceAll((repo, head) -> head + 1);
  }

  MirrorAnswer mirror(MirrorRequest request) throws PeerFailure {
    MirrorAnswer before = mirrored.get(request.build());
    if (before != null) {
      return before;
    }
    Project project = projects.computeIfAbsent(request.name(), name -> new Project(++ids));
    if (request.fence() < project.fence) {
      throw new PeerFailure.Refused(409, "fence-too-low", "A later one had its turn.", "");
    }
    project.fence = request.fence();
    for (Pipeline old : pipelines.values()) {
      if (old.project.equals(request.name()) && schedule.now().isBefore(old.ends)) {
        old.cancelled = old.cancelled == null ? schedule.now() : old.cancelled;
      }
    }
    int head = heads.computeIfAbsent(request.git(), repo -> 1);
    String commit =
        request.commit() != null
            ? request.commit()
            : "%08x%032x".formatted(request.git().hashCode(), head);
    long floor = ++ids;
    if (dice.nextInt(15) > 0) {
      begin(request, commit);
    }
    MirrorAnswer answer =
        new MirrorAnswer(
            project.id, "ci/" + request.name(), commit, null, floor, List.of(), 1, null);
    mirrored.put(request.build(), answer);
    return answer;
  }

  private void begin(MirrorRequest request, String commit) {
    String[] ways = {"success", "success", "success", "failed", "skipped"};
    Instant starts =
        schedule.now().plusMillis(dice.nextInt(20) == 0 ? 90_000 : dice.nextInt(4_000));
    Instant ends = starts.plusMillis(dice.nextInt(12) == 0 ? 900_000 : dice.nextInt(30_000));
    Pipeline fresh =
        new Pipeline(
            ++ids,
            request.build(),
            commit,
            request.name(),
            new Instant[] {starts, ends},
            ways[dice.nextInt(ways.length)]);
    pipelines.put(fresh.id, fresh);
    boolean granted =
        request.buildVariables().stream().anyMatch(one -> one.key().equals("NEWCI_UPLOAD_TOKEN"));
    if (granted && dice.nextInt(4) > 0) {
      uploads(fresh);
    }
  }

  /** Some in time, and some by what a job has left running. */
  private void uploads(Pipeline one) {
    Duration runs = Duration.between(one.starts, one.ends);
    Duration later =
        dice.nextBoolean()
            ? runs.plusMillis(dice.nextInt(20_000))
            : Duration.ofMillis(dice.nextInt((int) runs.toMillis() + 1));
    Instant at = one.starts.plus(later);
    schedule.begin(
        this,
        () -> {
          schedule.pause(Duration.between(schedule.now(), at));
          uploads.put(one.build, "%064x".formatted(one.id << 20));
        });
  }

  /** Leave for the jobs of that build to upload. */
  String grant(String build) throws PeerFailure {
    return uploads.grant(build);
  }

  /** Ends that leave. */
  Optional<CollectAnswer> seal(String build) {
    return uploads.seal(build, planted != Planted.UNSEALED);
  }

  PipelineCandidates pipelines(long project, String commit, long after) {
    List<PipelineCandidates.Candidate> found =
        pipelines.values().stream()
            .filter(one -> projects.get(one.project).id == project)
            .filter(one -> one.commit.equals(commit) && one.id > after)
            .map(one -> candidate(one))
            .toList();
    return new PipelineCandidates(found);
  }

  /** All of that project: what a careless reader would take. */
  PipelineCandidates allPipelines(long project, long floor) {
    return new PipelineCandidates(
        pipelines.values().stream()
            .filter(one -> projects.get(one.project).id != project && one.id > floor)
            .map(one -> candidate(one))
            .toList());
  }

  private PipelineCandidates.Candidate candidate(Pipeline one) {
    return new PipelineCandidates.Candidate(one.id, one.status(schedule.now()), null);
  }

  PipelineView pipeline(long id) {
    Pipeline one = pipelines.get(id);
    Instant now = schedule.now();
    if (one.cancelAsked && one.cancelled == null && now.isBefore(one.ends) && dice.nextInt(3) > 0) {
      one.cancelled = now;
    }
    String status = one.status(now);
    String started = now.isBefore(one.starts) ? null : one.starts.toString();
    PipelineView.Job job =
        new PipelineView.Job(id * 10, "build", "test", status, null, null, false, started);
    return new PipelineView(id, status, null, null, List.of(job));
  }

  void cancel(long id) {
    pipelines.get(id).cancelAsked = true;
  }

  byte[] log(long job, long offset) {
    byte[] all = ("built " + job + "\n").getBytes(StandardCharsets.UTF_8);
    return offset >= all.length ? new byte[0] : Arrays.copyOfRange(all, (int) offset, all.length);
  }

  void append(String build, long offset, byte[] bytes) throws PeerFailure {
    byte[] before = logs.getOrDefault(build, new byte[0]);
    if (offset > before.length) {
      throw new PeerFailure.Refused(409, "log-gap", "The log ends before that.", "");
    }
    if (offset + bytes.length > before.length) {
      byte[] all = Arrays.copyOf(before, (int) offset + bytes.length);
      System.arraycopy(bytes, 0, all, (int) offset, bytes.length);
      logs.put(build, all);
    }
  }

  CollectAnswer collect(CollectRequest request) throws PeerFailure {
    Pipeline pipeline = pipelines.get(request.pipelineId());
    if (!"success".equals(pipeline.status(schedule.now())) && planted != Planted.RED_IS_GREEN) {
      throw new PeerFailure.Refused(422, "artifact-missing", "No green job has it.", "");
    }
    return new CollectAnswer("b", bytesOf(pipeline.id), 1, "build", request.artifact());
  }

  /** The digest of what that pipeline makes. */
  private static String bytesOf(long pipeline) {
    return "%064x".formatted(pipeline);
  }

  /** The digest of what that build has to deploy. */
  String bytesOf(String build, long pipeline) {
    return uploads.of(build).orElse(bytesOf(pipeline));
  }

  /**
   * As the deploy worker does it, by what the target remembers.
   *
   * @param lease fence of the lease under which it is asked for, whatever the request says
   */
  DeployAnswer deploy(DeployRequest request, long lease) throws PeerFailure {
    String target = request.environment() + "/" + request.publishedName();
    Served there = served.get(target);
    boolean repeated = there != null && request.sequence() == there.sequence;
    if (there != null) {
      check(request, there);
    }
    if (repeated && lease < there.lease) {
      late.add("%s of %d after %d".formatted(request.build(), lease, there.lease));
    }
    if (!repeated) {
      changes.add(new Change(target, request.build(), request.sequence(), request.sha256()));
    }
    served.put(target, new Served(request.sequence(), request.fence(), request.sha256(), lease));
    return DeployAnswer.of("https://site/" + target, 1, request.sha256(), !repeated);
  }

  private void check(DeployRequest request, Served there) throws PeerFailure {
    if (request.sequence() < there.sequence && planted != Planted.TARGET_WITHOUT_RECORD) {
      throw new PeerFailure.Refused(409, "superseded", "A later deployment is there.", "");
    }
    if (request.sequence() != there.sequence) {
      return;
    }
    if (request.fence() < there.fence && planted != Planted.TARGET_WITHOUT_FENCE) {
      throw new PeerFailure.Refused(409, "fence-too-low", "Another controller does it now.", "");
    }
    if (!request.sha256().equals(there.sha256)) {
      throw new PeerFailure.Refused(409, "sequence-used", "It was for other bytes.", "");
    }
  }

  /** Calls to it may be lost, doubled and late. */
  interface Call<T> {
    T answer() throws PeerFailure;
  }

  Duration shortTime() {
    return Duration.ofMillis(dice.nextInt(dice.nextInt(10) == 0 ? 8_000 : 300));
  }
}
