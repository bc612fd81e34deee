package org.newci.standin.pipeline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A job's JUnit XML, or several of them one after the other, as runners pack them.
 *
 * @param fault why nothing could be read, or null
 */
record JunitReport(List<Case> cases, @Nullable String fault) {

  /** Bytes of XML, unpacked. */
  static final long LARGEST = 20L * 1024 * 1024;

  /** Tests of a job. */
  static final int MOST_CASES = 100_000;

  private static final int LONGEST_TEXT = 10_000;
  private static final XMLInputFactory XML = factory();

  JunitReport {
    cases = List.copyOf(cases);
  }

  /**
   * One test.
   *
   * @param status success, failed, skipped or error
   */
  record Case(
      String status,
      String name,
      String className,
      @Nullable String file,
      double seconds,
      @Nullable String output) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("status", status);
      json.put("name", name);
      json.put("classname", className);
      json.put("file", file);
      json.put("execution_time", seconds);
      json.put("system_output", output);
      json.put("stack_trace", null);
      json.put("recent_failures", null);
      json.put("attachment_url", null);
      return json;
    }
  }

  static JunitReport unreadable(String why) {
    return new JunitReport(List.of(), why);
  }

  long count(String status) {
    return cases.stream().filter(one -> one.status().equals(status)).count();
  }

  double seconds() {
    return cases.stream().mapToDouble(Case::seconds).sum();
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    // Nothing outside the document is read, and nothing in it multiplies itself.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** Reads what a runner uploads: each file a gzip member of its own, or one file as it is. */
  static JunitReport read(byte[] upload) {
    List<Case> cases = new ArrayList<>();
    try {
      for (byte[] document : GzipMembers.unpack(upload, LARGEST)) {
        readOne(new ByteArrayInputStream(document), cases);
      }
      return new JunitReport(cases, null);
    } catch (XMLStreamException e) {
      return unreadable("JUnit XML parsing failed: " + firstLine(e));
    } catch (IOException | TooMuch e) {
      return unreadable("JUnit data cannot be read: " + e.getMessage());
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static void readOne(InputStream document, List<Case> cases)
      throws XMLStreamException, TooMuch {
    XMLStreamReader xml = XML.createXMLStreamReader(document);
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("testcase")) {
        if (cases.size() == MOST_CASES) {
          throw new TooMuch("The report has more than %d tests".formatted(MOST_CASES));
        }
        cases.add(testCase(xml));
      }
    }
  }

  private static Case testCase(XMLStreamReader xml) throws XMLStreamException {
    String name = attribute(xml, "name", "");
    String className = attribute(xml, "classname", "");
    String file = xml.getAttributeValue(null, "file");
    double seconds = seconds(attribute(xml, "time", "0"));
    String status = "success";
    String output = null;
    int depth = 1;
    while (depth > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          String found =
              switch (xml.getLocalName()) {
                case "failure" -> "failed";
                case "error" -> "error";
                case "skipped" -> "skipped";
                default -> "";
              };
          if (depth == 2 && !found.isEmpty()) {
            status = found;
            output = cut(attribute(xml, "message", ""));
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (depth == 2 && output != null && !xml.isWhiteSpace()) {
            output = cut(output.isEmpty() ? xml.getText() : output + "\n" + xml.getText());
          }
        }
        default -> {
          // Comments and the like.
        }
      }
    }
    return new Case(status, name, className, file, seconds, output);
  }

  private static String attribute(XMLStreamReader xml, String name, String fallback) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? fallback : cut(value);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  private static double seconds(String text) {
    try {
      double value = Double.parseDouble(text.replace(",", ""));
      return Double.isFinite(value) ? value : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1;

    TooMuch(String sentence) {
      super(sentence, null, false, false);
    }
  }
}
