/**
 * The protocol between runners and GitLab, as lib/api/ci/runner.rb and gitlab-runner speak it: a
 * runner asks for a job, sends its log, hands in its artifacts and says how it ended.
 */
@NullMarked
package org.newci.standin.runnerapi;

import org.jspecify.annotations.NullMarked;
