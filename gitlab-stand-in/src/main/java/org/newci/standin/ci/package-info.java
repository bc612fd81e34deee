/**
 * What a {@code .gitlab-ci.yml} means: from its text to jobs ({@link org.newci.standin.ci.CiFile}),
 * and from the states of the jobs to what happens next ({@link org.newci.standin.ci.PipelineFlow}).
 * Pure: no clock, no files, no network.
 *
 * <p>For whoever runs what was compiled. {@code CiFile.compile(bytes, context)} takes the bytes of
 * the file and gives jobs in order, with defaults, parallel copies and variables in place; it reads
 * included files through {@link org.newci.standin.ci.CommitFiles}. {@code PipelineFlow.next} says
 * which jobs become PENDING, MANUAL, SCHEDULED (for {@code startIn}) or SKIPPED; a scheduled job
 * whose time has come and a manual one that somebody plays both become PENDING by the caller's
 * hand. A job with a {@code resourceGroup} becomes WAITING_FOR_RESOURCE by the caller's hand when
 * another one of the project has the group. At the end of a job hand {@code
 * spec.afterExit(exitCode)} to the rules from then on, ask {@code Retries.again} before you call it
 * failed, and then {@code AutoCancel.byFailure}. When a job is retried or played, the jobs of
 * {@code PipelineFlow.afterRequeue} go back from SKIPPED to CREATED. A newer pipeline of the ref
 * asks {@code AutoCancel.byNewCommit} of each older one. {@code JobPredefined.of} gives the
 * predefined variables that follow from the job itself; the order from weak to strong is
 * predefined, file ({@code spec.variables()}), user, dotenv, project, pipeline.
 */
@NullMarked
package org.newci.standin.ci;

import org.jspecify.annotations.NullMarked;
