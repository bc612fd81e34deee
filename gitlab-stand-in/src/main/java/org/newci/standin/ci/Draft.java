package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.NeedReader.Wanted;
import org.newci.standin.ci.ParallelReader.Copy;

/**
 * A job as the file has it, whether the rules will let it in or not.
 *
 * @param job without needs and, before {@link Copies}, under the name that the file gives
 * @param needs empty when the job waits for all earlier stages
 * @param copies the jobs that it becomes; one with an empty suffix when it is not parallel
 * @param globals what of the file's variables it inherits
 * @param line of its name
 */
record Draft(
    JobSpec job,
    Optional<List<Wanted>> needs,
    List<Copy> copies,
    Inherit globals,
    Admission admission,
    int line) {

  Draft as(JobSpec other) {
    return new Draft(other, needs, Copy.ALONE, globals, admission, line);
  }
}
