package org.newci.vcs.collect;

import java.util.List;

/** Finds the artifact that a request means: a pure decision over the paths of all jobs. */
final class ArtifactMatch {

  /** A file among a job's artifacts. */
  record Candidate(long jobId, String job, String path, long size, long crc) {

    String baseName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  private ArtifactMatch() {}

  /**
   * All that the name may mean: the files with exactly that path, else those with that file name.
   *
   * @param candidates of all jobs, in order of job id
   */
  static List<Candidate> of(String artifact, List<Candidate> candidates) {
    String wanted = artifact.startsWith("./") ? artifact.substring(2) : artifact;
    List<Candidate> exact = candidates.stream().filter(c -> c.path().equals(wanted)).toList();
    return exact.isEmpty()
        ? candidates.stream().filter(c -> c.baseName().equals(wanted)).toList()
        : exact;
  }

  /** True when all have the same path, size and checksum: it may be one file, passed on. */
  static boolean mayBeOne(List<Candidate> matches) {
    return matches.stream()
            .map(c -> List.<Object>of(c.path(), c.size(), c.crc()))
            .distinct()
            .count()
        == 1;
  }
}
