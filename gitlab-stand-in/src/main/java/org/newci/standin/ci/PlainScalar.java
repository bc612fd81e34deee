package org.newci.standin.ci;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;

/**
 * What an unquoted scalar is. GitLab reads YAML with Ruby's Psych, which follows YAML 1.1: {@code
 * yes} is true, {@code 010} is 8, {@code 1:30} is 5400. A stand-in that read YAML 1.2 would run
 * files that GitLab refuses (rules: Psych's {@code ScalarScanner}).
 */
final class PlainScalar {
  /** A longer run of digits stays text, so that nobody makes us calculate with it. */
  private static final int LONGEST_NUMBER = 100;

  private static final Pattern DATE =
      Pattern.compile("\\d{4}-(?:1[012]|0\\d|\\d)-(?:[12]\\d|3[01]|0\\d|\\d)");
  private static final Pattern TIME =
      Pattern.compile(
          "-?\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]|\\s+)\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d*)?"
              + "(?:\\s*(?:Z|[-+]\\d{1,2}:?(?:\\d\\d)?))?");
  private static final Pattern BINARY = Pattern.compile("[-+]?0b_*[01][01_]*");
  private static final Pattern OCTAL = Pattern.compile("[-+]?_*0[0-7_]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)");
  private static final Pattern HEX = Pattern.compile("[-+]?0_*x[0-9a-fA-F][0-9a-fA-F_]*");
  private static final Pattern SEXAGESIMAL =
      Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9][0-9_,]*)?\\.[0-9]*(?:[eE][+-][0-9]+)?");

  private PlainScalar() {}

  /** The scalar that Psych makes of this unquoted text. */
  static Scalar read(String text, int line) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "", "~", "null" -> {
        return new Scalar(Kind.NULL, "", line);
      }
      case "yes", "true", "on" -> {
        return new Scalar(Kind.BOOLEAN, "true", line);
      }
      case "no", "false", "off" -> {
        return new Scalar(Kind.BOOLEAN, "false", line);
      }
      default -> {
        String number = text.length() > LONGEST_NUMBER ? "" : number(text);
        return number.isEmpty()
            ? new Scalar(Kind.STRING, text, line)
            : new Scalar(Kind.NUMBER, number, line);
      }
    }
  }

  /** Whether Psych would make a date or time of it, which GitLab refuses. */
  static boolean isDate(String text) {
    return text.length() <= LONGEST_NUMBER
        && (DATE.matcher(text).matches() || TIME.matcher(text).matches());
  }

  /** Ruby's text of this number; empty when it is none. */
  private static String number(String text) {
    String bare = text.replace("_", "").replace(",", "");
    if (DECIMAL.matcher(text).matches()) {
      return new BigInteger(bare).toString();
    }
    if (OCTAL.matcher(text).matches()) {
      return new BigInteger(bare, 8).toString();
    }
    if (BINARY.matcher(text).matches()) {
      return new BigInteger(bare.replaceFirst("0b", ""), 2).toString();
    }
    if (HEX.matcher(text).matches()) {
      return new BigInteger(bare.replaceFirst("0x", ""), 16).toString();
    }
    if (SEXAGESIMAL.matcher(text).matches()) {
      return sexagesimal(bare);
    }
    if (FLOAT.matcher(text).matches() && bare.chars().anyMatch(Character::isDigit)) {
      return decimal(bare);
    }
    return "";
  }

  /** Psych reads hours first, also when there are only two parts. */
  private static String sexagesimal(String bare) {
    BigInteger sum = BigInteger.ZERO;
    int seconds = 3_600;
    for (String part : bare.split(":", -1)) {
      sum = sum.add(new BigInteger(part).multiply(BigInteger.valueOf(seconds)));
      seconds /= 60;
    }
    return sum.toString();
  }

  /** Ruby's {@code Float#to_s}: plain from 0.0001 up to 1e16, else with an exponent. */
  private static String decimal(String bare) {
    double value;
    try {
      value = Double.parseDouble(bare);
    } catch (NumberFormatException e) {
      return "";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    double size = Math.abs(value);
    if (size == 0) {
      return bare.startsWith("-") ? "-0.0" : "0.0";
    }
    if (size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(Double.toString(value)).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String written = Double.toString(value).toLowerCase(Locale.ROOT);
    int e = written.indexOf('e');
    String exponent = written.substring(e + 1);
    boolean minus = exponent.startsWith("-");
    String digits = minus ? exponent.substring(1) : exponent;
    return written.substring(0, e)
        + (minus ? "e-" : "e+")
        + (digits.length() < 2 ? "0" + digits : digits);
  }
}
