package org.newci.vcs;

import java.util.Map;

/** A job of a pipeline, as the JSON that GitLab gives, with a log and a zip. */
public final class FakeJob {
  public final long pipeline;
  public final Map<String, Object> json;
  public volatile byte[] trace;
  public final byte[] zip;

  FakeJob(long pipeline, Map<String, Object> json, byte[] trace, byte[] zip) {
    this.pipeline = pipeline;
    this.json = json;
    this.trace = trace;
    this.zip = zip;
  }
}
