package org.newci.controller.effect;

import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.newci.contracts.store.Provenance;
import org.newci.contracts.store.ProvenanceAnswer;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.controller.build.Build;
import org.newci.controller.build.Found;
import org.newci.shell.json.Json;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/** The store's notes about blobs. Only the controller may write them: no upload can forge one. */
public final class Provenances implements Outside.Notes {

  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration RETENTION = Duration.ofMinutes(30);

  private final Peer store;

  public Provenances(Peer store) {
    this.store = store;
  }

  @Override
  public void note(Build build, CollectAnswer collected, Duration deadline) throws PeerFailure {
    Found.Source source = build.found().source();
    Found.Pipeline pipeline = build.found().pipeline();
    Provenance provenance =
        new Provenance(
            build.order().repo(),
            build.order().ref(),
            source == null ? null : source.commit(),
            build.id().text(),
            pipeline == null ? null : pipeline.id(),
            collected.job(),
            collected.path(),
            null);
    store.put(
        "/blobs/sha256:%s/provenance".formatted(collected.sha256()),
        RequestBody.create(Json.write(provenance), JSON),
        ProvenanceAnswer.class,
        deadline);
  }

  /** Has the store remove what is old. */
  public RetentionReport retain(RetentionRequest request) {
    return Deployer.ask(() -> store.post("/retention", request, RetentionReport.class, RETENTION));
  }
}
