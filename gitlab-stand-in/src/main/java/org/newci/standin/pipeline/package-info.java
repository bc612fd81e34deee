/**
 * Pipelines and their jobs: a push starts one ({@link org.newci.standin.pipeline.PipelineStart}), a
 * {@link org.newci.standin.pipeline.Change} moves it on, and everything after the commit follows
 * from that.
 */
@NullMarked
package org.newci.standin.pipeline;

import org.jspecify.annotations.NullMarked;
