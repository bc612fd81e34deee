package org.newci.standin.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A report of variables for later jobs (docs: ci/yaml/artifacts_reports, dotenv). */
public final class Dotenv {

  /** Bytes of a report. */
  public static final int LARGEST = 5 * 1024;

  /** Variables of a report. */
  public static final int MOST = 150;

  private static final Pattern LINE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)");

  private Dotenv() {}

  /** The file is no such report; the sentence says why. */
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /** Reads an uploaded report, packed or not; of one name the last line counts. */
  public static List<GivenVariable> read(byte[] upload) throws Invalid {
    Map<String, GivenVariable> all = new LinkedHashMap<>();
    try {
      for (byte[] file : GzipMembers.unpack(upload, LARGEST)) {
        for (String line : new String(file, StandardCharsets.UTF_8).lines().toList()) {
          add(line, all);
        }
      }
    } catch (IOException e) {
      throw new Invalid("Dotenv Artifact Too Big or damaged: " + e.getMessage());
    }
    if (all.size() > MOST) {
      throw new Invalid("Dotenv files cannot have more than %d variables".formatted(MOST));
    }
    return List.copyOf(all.values());
  }

  private static void add(String line, Map<String, GivenVariable> all) throws Invalid {
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    Matcher pair = LINE.matcher(line.strip());
    if (!pair.matches()) {
      throw new Invalid("Invalid Format");
    }
    String value = pair.group(2).strip();
    boolean quoted =
        value.length() >= 2
            && (value.startsWith("\"") || value.startsWith("'"))
            && value.charAt(value.length() - 1) == value.charAt(0);
    String bare = quoted ? value.substring(1, value.length() - 1) : value;
    all.put(pair.group(1), GivenVariable.plain(pair.group(1), bare));
  }
}
