package org.newci.standin.project;

/** Whether a job's token lets its bearer read that project now. */
public interface JobTokenCheck {

  /** True while the job of that token runs, and is one of that project. */
  boolean mayRead(String token, long projectId);
}
