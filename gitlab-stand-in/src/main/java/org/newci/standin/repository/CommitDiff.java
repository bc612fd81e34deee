package org.newci.standin.repository;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffEntry.ChangeType;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.util.io.DisabledOutputStream;

/** What a commit changed against its first parent. */
final class CommitDiff {

  private static final int MOST_FILES = 1000;
  private static final int LARGEST_DIFF = 100 * 1024;

  private CommitDiff() {}

  private static List<DiffEntry> entries(
      DiffFormatter formatter, Repository repository, RevWalk walk, RevCommit commit)
      throws IOException {
    formatter.setRepository(repository);
    formatter.setDetectRenames(true);
    try (ObjectReader reader = repository.newObjectReader()) {
      AbstractTreeIterator before = new EmptyTreeIterator();
      if (commit.getParentCount() > 0) {
        RevCommit parent = walk.parseCommit(commit.getParent(0));
        before = new CanonicalTreeParser(null, reader, parent.getTree());
      }
      return formatter.scan(before, new CanonicalTreeParser(null, reader, commit.getTree()));
    }
  }

  /** Lines added and taken away. */
  static Map<String, Object> stats(Repository repository, RevWalk walk, RevCommit commit)
      throws IOException {
    int added = 0;
    int deleted = 0;
    try (DiffFormatter formatter = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
      for (DiffEntry entry : entries(formatter, repository, walk, commit)) {
        for (Edit edit : formatter.toFileHeader(entry).toEditList()) {
          added += edit.getLengthB();
          deleted += edit.getLengthA();
        }
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("additions", added);
    json.put("deletions", deleted);
    json.put("total", added + deleted);
    return json;
  }

  /** One object a file, with its unified diff from the first hunk on. */
  static List<Map<String, Object>> files(Repository repository, RevWalk walk, RevCommit commit)
      throws IOException {
    List<Map<String, Object>> files = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (DiffFormatter formatter = new DiffFormatter(text)) {
      for (DiffEntry entry : entries(formatter, repository, walk, commit)) {
        if (files.size() == MOST_FILES) {
          break;
        }
        text.reset();
        formatter.format(entry);
        formatter.flush();
        files.add(json(entry, text.toString(StandardCharsets.UTF_8)));
      }
    }
    return files;
  }

  private static Map<String, Object> json(DiffEntry entry, String patch) {
    ChangeType type = entry.getChangeType();
    boolean tooLarge = patch.length() > LARGEST_DIFF;
    int hunk = patch.indexOf("\n@@") + 1;
    String from = type == ChangeType.ADD ? entry.getNewPath() : entry.getOldPath();
    String to = type == ChangeType.DELETE ? entry.getOldPath() : entry.getNewPath();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("diff", tooLarge || hunk == 0 ? "" : patch.substring(hunk));
    json.put("collapsed", false);
    json.put("too_large", tooLarge);
    json.put("new_path", to);
    json.put("old_path", from);
    json.put("a_mode", mode(entry.getOldMode().getBits()));
    json.put("b_mode", mode(entry.getNewMode().getBits()));
    json.put("new_file", type == ChangeType.ADD);
    json.put("renamed_file", type == ChangeType.RENAME);
    json.put("deleted_file", type == ChangeType.DELETE);
    json.put("generated_file", null);
    return json;
  }

  private static String mode(int bits) {
    return bits == 0 ? "0" : "%06o".formatted(bits);
  }
}
