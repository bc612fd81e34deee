package org.newci.vcs.collect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Response;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.shell.problem.Problem;
import org.newci.vcs.collect.ArtifactMatch.Candidate;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabJob;

/** The zips of one pipeline's jobs in temporary files, and what of them goes to the store. */
final class Collection implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofMinutes(15);
  private static final int MOST_CANDIDATES = 50;
  private static final int SPOKEN = 5;

  private final GitLab gitlab;
  private final Path folder;
  private final long project;
  private final long most;
  private final Map<Long, ArtifactZip> zips = new HashMap<>();

  /**
   * @param parent where the temporary files go
   * @param most bytes that one job's zip may have, packed and unpacked
   */
  Collection(GitLab gitlab, Path parent, long project, long most) throws IOException {
    this.gitlab = gitlab;
    this.project = project;
    this.most = most;
    this.folder = Files.createTempDirectory(Files.createDirectories(parent), "collect-");
  }

  /** Finds the artifact and puts it into the store by the order's grant. */
  CollectAnswer collect(CollectOrder order, StoreUpload store) throws GitLabFailure, IOException {
    List<Candidate> all = new ArrayList<>();
    List<GitLabJob> jobs =
        gitlab.jobs(project, order.pipeline()).stream()
            .filter(job -> job.status().equals("success") && job.hasArtifacts())
            .sorted(Comparator.comparingLong(GitLabJob::id))
            .toList();
    for (GitLabJob job : jobs) {
      ArtifactZip zip = load(job);
      zips.put(job.id(), zip);
      for (String path : zip.paths()) {
        all.add(new Candidate(job.id(), job.name(), path, zip.size(path), zip.crc(path)));
      }
    }
    Candidate chosen = choose(order.artifact(), all);
    requireSize(chosen, order.maxBytes());
    var stored =
        store.put(zip(chosen), chosen.path(), blobName(order, chosen.baseName()), order.grant());
    return new CollectAnswer(
        chosen.baseName(), stored.sha256(), stored.size(), chosen.job(), chosen.path());
  }

  /** More bytes than the zip's directory says never come out of it. */
  private static void requireSize(Candidate chosen, long most) {
    if (chosen.size() > most) {
      throw Problem.unprocessable(
          "artifact-too-large",
          "%s of job '%s' has %d bytes; this project may have artifacts of %d."
              .formatted(chosen.path(), chosen.job(), chosen.size(), most));
    }
  }

  private ArtifactZip load(GitLabJob job) throws GitLabFailure, IOException {
    Path file = folder.resolve(job.id() + ".zip");
    try (Response response = gitlab.artifacts(project, job.id(), DEADLINE);
        var out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[64 * 1024];
      long total = 0;
      int read;
      var in = response.body().byteStream();
      while ((read = read(in, buffer, job)) >= 0) {
        total += read;
        if (total > most) {
          throw Problem.unprocessable(
              "artifact-too-large",
              "The artifacts of job '%s' have more than %d bytes.".formatted(job.name(), most));
        }
        out.write(buffer, 0, read);
      }
    }
    return ArtifactZip.open(job.name(), file, most);
  }

  private static int read(InputStream in, byte[] buffer, GitLabJob job) throws GitLabFailure {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new GitLabFailure(
          0, "GitLab broke off in the artifacts of job '%s'.".formatted(job.name()), e);
    }
  }

  private Candidate choose(String artifact, List<Candidate> all) throws IOException {
    List<Candidate> matches = ArtifactMatch.of(artifact, all);
    if (matches.isEmpty()) {
      throw Problem.unprocessable(
              "artifact-missing",
              all.isEmpty()
                  ? "No successful job of the pipeline has artifacts, so there is no '%s'."
                      .formatted(artifact)
                  : "There is no '%s' among the artifacts of the pipeline's successful jobs: %s."
                      .formatted(artifact, spoken(all)))
          .with("candidates", names(all));
    }
    if (matches.size() > 1 && !(ArtifactMatch.mayBeOne(matches) && sameBytes(matches))) {
      throw Problem.unprocessable(
              "artifact-ambiguous",
              "'%s' may be one of %d artifacts of the pipeline; name one by its path: %s."
                  .formatted(artifact, matches.size(), spoken(matches)))
          .with("candidates", names(matches));
    }
    return matches.getFirst();
  }

  /** The first few of them, as words of a sentence. */
  private static String spoken(List<Candidate> all) {
    List<String> names = names(all);
    return names.size() > SPOKEN
        ? String.join(", ", names.subList(0, SPOKEN)) + ", …"
        : String.join(", ", names);
  }

  private boolean sameBytes(List<Candidate> matches) throws IOException {
    String first = null;
    for (Candidate candidate : matches) {
      String digest = Sha256.of(zip(candidate).bytes(candidate.path()));
      if (first != null && !first.equals(digest)) {
        return false;
      }
      first = digest;
    }
    return true;
  }

  private ArtifactZip zip(Candidate candidate) {
    ArtifactZip zip = zips.get(candidate.jobId());
    if (zip == null) {
      throw new IllegalStateException("no zip of job " + candidate.jobId());
    }
    return zip;
  }

  private static List<String> names(List<Candidate> candidates) {
    return candidates.stream()
        .limit(MOST_CANDIDATES)
        .map(c -> "%s (job %s)".formatted(c.path(), c.job()))
        .toList();
  }

  private static String blobName(CollectOrder order, String base) {
    if (!base.matches("[^/\\\\\\p{Cntrl}]{1,180}")
        || base.getBytes(StandardCharsets.UTF_8).length > 180) {
      throw Problem.unprocessable(
          "artifact-refused",
          "The artifact's name '%s' is too long for a blob (expected at most 180 bytes)."
              .formatted(base));
    }
    String build = order.build();
    return build == null ? base : build + "." + base;
  }

  @Override
  public void close() throws IOException {
    for (ArtifactZip zip : zips.values()) {
      zip.close();
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
