package org.newci.runner.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a job may reach. A job can ask for less than its runner allows, never for more. */
public sealed interface Network {

  /** All public addresses. */
  record Public() implements Network {}

  /** Nothing but itself. */
  record None() implements Network {}

  /**
   * Only these: host names, IPv4 addresses, or ranges of them such as {@code 203.0.113.0/24}.
   *
   * @param privateToo true when whoever runs the runner named them: they may lie in private ranges
   */
  record Only(List<String> targets, boolean privateToo) implements Network {

    public Only {
      targets = List.copyOf(targets);
    }
  }

  /** Thrown at a job that asks for more than it may reach, or for what is no network. */
  final class TooMuch extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message);
    }
  }

  /** How many targets a list may have. */
  int MOST = 64;

  Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9-]{1,63})*");
  Pattern RANGE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(?:/([0-9]{1,2}))?");

  /** Reads {@code public}, {@code none}, or a list parted by commas; refuses with a sentence. */
  static Network parse(String text) {
    return switch (text.strip()) {
      case "public" -> new Public();
      case "none" -> new None();
      default -> new Only(targets(text), true);
    };
  }

  private static List<String> targets(String text) {
    List<String> targets = new ArrayList<>();
    for (String part : text.strip().split("\\s*,\\s*|\\s+", -1)) {
      if (!isRange(part) && (!NAME.matcher(part).matches() || part.matches("[0-9.]+"))) {
        throw new IllegalArgumentException(
            ("'%s' in the network '%s' is not known (expected public, none, or host names and IPv4"
                    + " addresses with commas between them)")
                .formatted(part, text));
      }
      targets.add(part);
    }
    if (targets.size() > MOST) {
      throw new IllegalArgumentException(
          "a network of %d targets (expected %d at most)".formatted(targets.size(), MOST));
    }
    return targets;
  }

  private static boolean isRange(String text) {
    var range = RANGE.matcher(text);
    if (!range.matches()) {
      return false;
    }
    for (String part : range.group(1).split("\\.", -1)) {
      if (Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return range.group(2) == null || Integer.parseInt(range.group(2)) <= 32;
  }

  /** What a job gets that asks for that; empty for all that is allowed. Refuses with a sentence. */
  default Network narrowedTo(String wanted) {
    if (wanted.isBlank()) {
      return this;
    }
    Network asked;
    try {
      asked = parse(wanted);
    } catch (IllegalArgumentException e) {
      throw new TooMuch(String.valueOf(e.getMessage()));
    }
    if (asked instanceof None || asked.equals(this)) {
      return asked;
    }
    return switch (this) {
      case Public _ when asked instanceof Only only -> new Only(only.targets(), false);
      case Only own when asked instanceof Only only && own.targets().containsAll(only.targets()) ->
          new Only(only.targets(), own.privateToo());
      default ->
          throw new TooMuch(
              "NEWCI_NETWORK is '%s', which is more than this runner allows".formatted(wanted));
    };
  }

  /** Addresses and ranges of a list, by the name that stands for them; asks the name servers. */
  static Map<String, List<String>> resolve(Only only) throws SandboxFailure {
    Map<String, List<String>> found = new LinkedHashMap<>();
    for (String target : only.targets()) {
      List<String> addresses = new ArrayList<>();
      try {
        if (isRange(target)) {
          refuse(only, target, InetAddress.getByName(target.replaceAll("/.*", "")));
          addresses.add(target);
        } else {
          for (InetAddress address : InetAddress.getAllByName(target)) {
            if (address instanceof Inet4Address) {
              refuse(only, target, address);
              addresses.add(address.getHostAddress());
            }
          }
        }
      } catch (UnknownHostException e) {
        throw new SandboxFailure(
            "%s, which the job's network allows, has no address".formatted(target));
      }
      found.put(target, addresses);
    }
    return found;
  }

  private static void refuse(Only only, String target, InetAddress address) throws SandboxFailure {
    boolean never =
        address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isMulticastAddress();
    if (never || (!only.privateToo() && Routes.isPrivate((Inet4Address) address))) {
      throw new SandboxFailure(
          "%s (%s) lies on this machine or in a private network, which no job reaches"
              .formatted(target, address.getHostAddress()));
    }
  }
}
