package org.newci.standin.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.newci.standin.database.Database;

/** The JUnit reports of a pipeline's jobs, one suite a job (docs: api/pipelines, test report). */
public final class TestReports {

  private final Database database;
  private final JobFiles files;

  public TestReports(Database database, JobFiles files) {
    this.database = database;
    this.files = files;
  }

  /** What a job's tests came to. */
  record Suite(Job job, JunitReport report) {

    private Map<String, Object> counts(String prefix) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", job.name());
      json.put(prefix + "total_time", report.seconds());
      json.put(prefix + "total_count", report.cases().size());
      json.put("success_count", report.count("success"));
      json.put("failed_count", report.count("failed"));
      json.put("skipped_count", report.count("skipped"));
      json.put("error_count", report.count("error"));
      return json;
    }

    Map<String, Object> json() {
      Map<String, Object> json = counts("");
      json.put("suite_error", report.fault());
      json.put("test_cases", report.cases().stream().map(JunitReport.Case::json).toList());
      return json;
    }

    Map<String, Object> summary() {
      Map<String, Object> json = counts("");
      json.put("build_ids", List.of(job.id()));
      json.put("suite_error", report.fault());
      return json;
    }
  }

  /** All suites of a pipeline. */
  record Report(List<Suite> suites) {

    private long sum(Function<JunitReport, Number> what) {
      return suites.stream().mapToLong(suite -> what.apply(suite.report()).longValue()).sum();
    }

    private double time() {
      return suites.stream().mapToDouble(suite -> suite.report().seconds()).sum();
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("total_time", time());
      json.put("total_count", sum(report -> report.cases().size()));
      for (String status : List.of("success", "failed", "skipped", "error")) {
        json.put(status + "_count", sum(report -> report.count(status)));
      }
      json.put("test_suites", suites.stream().map(Suite::json).toList());
      return json;
    }

    Map<String, Object> summary() {
      Map<String, Object> total = new LinkedHashMap<>();
      total.put("time", time());
      total.put("count", sum(report -> report.cases().size()));
      for (String status : List.of("success", "failed", "skipped", "error")) {
        total.put(status, sum(report -> report.count(status)));
      }
      total.put("suite_error", null);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("total", total);
      json.put("test_suites", suites.stream().map(Suite::summary).toList());
      return json;
    }
  }

  Report of(Pipeline pipeline) {
    List<Suite> suites = new ArrayList<>();
    for (Job job : database.read(handle -> JobStore.latest(handle, pipeline.id()))) {
      Path file = files.artifact(job, "junit");
      if (job.left().artifact("junit").isPresent() && Files.exists(file)) {
        suites.add(new Suite(job, read(file)));
      }
    }
    return new Report(suites);
  }

  private static JunitReport read(Path file) {
    try {
      return JunitReport.read(Files.readAllBytes(file));
    } catch (IOException e) {
      return JunitReport.unreadable("JUnit data cannot be read: " + e.getMessage());
    }
  }
}
