package org.newci.shell.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that gets an error as its answer. The detail is a sentence for a person: it names the
 * thing, the value and what was expected.
 */
public final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String kind;
  private final transient Map<String, Object> extra = new LinkedHashMap<>();

  /**
   * @param status HTTP status
   * @param kind last part of the problem's type: {@code /problems/KIND}
   */
  public Problem(int status, String kind, String detail) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }

  /** 400: the request itself is wrong. */
  public static Problem badRequest(String detail) {
    return new Problem(400, "bad-request", detail);
  }

  /** 404. */
  public static Problem notFound(String detail) {
    return new Problem(404, "not-found", detail);
  }

  /** 409: right in itself, but not as things stand. */
  public static Problem conflict(String detail) {
    return new Problem(409, "conflict", detail);
  }

  /** 422: understood, and cannot be done; trying again changes nothing. */
  public static Problem unprocessable(String kind, String detail) {
    return new Problem(422, kind, detail);
  }

  /** 502: somebody we asked failed; trying again may help. */
  public static Problem badGateway(String kind, String detail) {
    return new Problem(502, kind, detail);
  }

  /** Adds a member to the answer, such as a list of candidates. */
  public Problem with(String member, Object value) {
    extra.put(member, value);
    return this;
  }

  public int status() {
    return status;
  }

  public String kind() {
    return kind;
  }

  /** The sentence. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Members beyond RFC 9457's own. */
  public Map<String, Object> extra() {
    return extra;
  }
}
