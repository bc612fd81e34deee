package org.newci.standin.pipeline;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Who is told of every move, inside its transaction; what they answer is done after the commit, in
 * the order of the moves.
 */
public interface Witness {

  /** A job was made, or has another state. */
  Optional<Runnable> jobMoved(Handle handle, Pipeline pipeline, Job job);

  /** A pipeline has another state. */
  Optional<Runnable> pipelineMoved(Handle handle, Pipeline pipeline, List<Job> jobs);
}
