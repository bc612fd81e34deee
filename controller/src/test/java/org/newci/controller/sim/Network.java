package org.newci.controller.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.newci.auth.BearerToken;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.build.Build;
import org.newci.controller.effect.Outside;
import org.newci.controller.effect.Vcs;
import org.newci.shell.peer.PeerFailure;

/** The way from one controller to the world: it loses, doubles and delays. */
final class Network implements Vcs {

  /** Hears of a deployment when it is asked for. */
  interface Asked {

    /** Answers the fence of the lease under which it is. */
    long deployment(DeployRequest request);
  }

  private static final Duration LOOK = Duration.ofSeconds(20);

  private final Schedule schedule;
  private final World world;
  private final Random dice;
  private final BooleanSupplier faulty;
  private final Planted planted;
  private final Asked asked;
  private long tries;

  Network(
      Schedule schedule,
      World world,
      Random dice,
      BooleanSupplier faulty,
      Planted planted,
      Asked asked) {
    this.schedule = schedule;
    this.world = world;
    this.dice = dice;
    this.faulty = faulty;
    this.planted = planted;
    this.asked = asked;
  }

  /** The ports of a controller. */
  Outside outside() {
    return new Outside(
        this,
        (build, offset, bytes) ->
            call(
                LOOK,
                () -> {
                  world.append(build.text(), offset, bytes);
                  return "";
                }),
        (build, collected, deadline) -> call(deadline, () -> ""),
        new OwnUploads(),
        this::deploy);
  }

  private final class OwnUploads implements Outside.Uploads {

    @Override
    public List<BearerToken> grant(Build build, Duration lifetime) throws PeerFailure {
      return build.order().artifact() == null
          ? List.of()
          : List.of(call(LOOK, () -> BearerToken.of(world.grant(build.id().text()))));
    }

    @Override
    public List<Optional<CollectAnswer>> seal(Build build) throws PeerFailure {
      return build.order().artifact() == null
          ? List.of()
          : List.of(call(LOOK, () -> world.seal(build.id().text())));
    }
  }

  private <T> T call(Duration deadline, World.Call<T> effect) throws PeerFailure {
    int luck = faulty.getAsBoolean() ? dice.nextInt(100) : 99;
    Duration there = world.shortTime();
    if (there.compareTo(deadline) > 0) {
      there = deadline;
      luck = 0;
    }
    waits(there);
    if (luck < 3) {
      later(effect);
      throw away("did not answer in time");
    }
    if (luck < 6) {
      throw away("refused the connection");
    }
    T answer = effect.answer();
    if (luck < 9) {
      answer = effect.answer();
    }
    waits(world.shortTime());
    if (luck < 13) {
      throw away("broke off");
    }
    return answer;
  }

  private void waits(Duration time) throws PeerFailure {
    if (!schedule.callWaits(time)) {
      throw away("was not waited for");
    }
  }

  /** A request that nobody waits for any more arrives all the same. */
  private <T> void later(World.Call<T> effect) {
    schedule.begin(
        world,
        () -> {
          schedule.pause(Duration.ofMillis(dice.nextInt(60_000)));
          try {
            T _ = effect.answer();
          } catch (PeerFailure e) {
            // Nobody hears it.
          }
        });
  }

  private static PeerFailure away(String how) {
    return new PeerFailure.Unreachable("The worker %s.".formatted(how), null);
  }

  @Override
  public MirrorAnswer mirror(MirrorRequest request, Duration deadline) throws PeerFailure {
    return call(deadline, () -> world.mirror(request));
  }

  @Override
  public PipelineCandidates pipelines(long project, String commit, long after) throws PeerFailure {
    return call(
        LOOK,
        () ->
            planted == Planted.ANY_PIPELINE
                ? world.allPipelines(project, after)
                : world.pipelines(project, commit, after));
  }

  @Override
  public PipelineView pipeline(long project, long pipeline) throws PeerFailure {
    return call(LOOK, () -> world.pipeline(pipeline));
  }

  @Override
  public void cancel(long project, long pipeline) throws PeerFailure {
    world.pipelines.get(pipeline).cancelTried = true;
    String _ =
        call(
            LOOK,
            () -> {
              world.cancel(pipeline);
              return "";
            });
  }

  @Override
  public byte[] log(long project, long job, long offset) throws PeerFailure {
    return call(LOOK, () -> world.log(job, offset));
  }

  @Override
  public CollectAnswer collect(CollectRequest request, Duration deadline) throws PeerFailure {
    return call(deadline, () -> world.collect(request));
  }

  private DeployAnswer deploy(DeployRequest request, Duration deadline) throws PeerFailure {
    long lease = asked.deployment(request);
    DeployRequest sent = request;
    if (planted == Planted.NEWEST_BYTES && !world.changes.isEmpty()) {
      sent = with(request, request.sequence(), request.fence(), world.changes.getLast().sha256());
    } else if (planted == Planted.NEW_SEQUENCE_EACH_TRY) {
      sent = with(request, request.sequence() + ++tries, request.fence(), request.sha256());
    } else if (planted == Planted.SAME_FENCE_FOR_ALL) {
      sent = with(request, request.sequence(), 1, request.sha256());
    }
    DeployRequest given = sent;
    return call(deadline, () -> world.deploy(given, lease));
  }

  private static DeployRequest with(
      DeployRequest request, long sequence, long fence, String sha256) {
    return DeployRequest.of(
        new DeployRequest.Item("sha256:" + sha256, request.publishedName(), sha256),
        request.build(),
        sequence,
        fence,
        request.environment());
  }
}
