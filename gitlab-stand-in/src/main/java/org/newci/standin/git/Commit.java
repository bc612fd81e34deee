package org.newci.standin.git;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;

/** What others are told about a commit. */
public record Commit(
    String id, String message, Person author, Person committer, List<String> parents) {

  /** Who, and when. */
  public record Person(String name, String email, Instant time, ZoneId zone) {
    static Person of(PersonIdent ident) {
      return new Person(
          ident.getName(), ident.getEmailAddress(), ident.getWhenAsInstant(), ident.getZoneId());
    }

    /** {@code 2016-08-12T17:23:21+02:00}. */
    public String iso() {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(zone));
    }
  }

  /** Of a commit that was read whole. */
  public static Commit of(RevCommit commit) {
    return new Commit(
        commit.name(),
        commit.getFullMessage(),
        Person.of(commit.getAuthorIdent()),
        Person.of(commit.getCommitterIdent()),
        Stream.of(commit.getParents()).map(RevCommit::name).toList());
  }

  /** The first line of the message. */
  public String title() {
    return message.lines().findFirst().orElse("");
  }

  /** What follows the first line. */
  public String description() {
    int end = message.indexOf('\n');
    return end < 0 ? "" : message.substring(end + 1).strip();
  }

  /** Whether its message asks for no pipeline. */
  public boolean skipsCi() {
    return message.matches("(?is).*\\[(ci skip|skip ci)\\].*");
  }

  /** As the REST API shows it. */
  public Map<String, Object> json(String projectUrl) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("short_id", id.substring(0, 8));
    json.put("title", title());
    json.put("message", message);
    json.put("created_at", committer.iso());
    json.put("parent_ids", parents);
    json.put("author_name", author.name());
    json.put("author_email", author.email());
    json.put("authored_date", author.iso());
    json.put("committer_name", committer.name());
    json.put("committer_email", committer.email());
    json.put("committed_date", committer.iso());
    json.put("trailers", Map.of());
    json.put("extended_trailers", Map.of());
    json.put("web_url", projectUrl + "/-/commit/" + id);
    return json;
  }

  /** As webhooks show it. */
  public Map<String, Object> hook(String projectUrl) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("message", message);
    json.put("title", title());
    json.put("timestamp", author.iso());
    json.put("url", projectUrl + "/-/commit/" + id);
    json.put("author", Map.of("name", author.name(), "email", author.email()));
    return json;
  }
}
