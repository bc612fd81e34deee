/** Reading and cancelling pipelines, and handing on job logs. */
@NullMarked
package org.newci.vcs.pipeline;

import org.jspecify.annotations.NullMarked;
