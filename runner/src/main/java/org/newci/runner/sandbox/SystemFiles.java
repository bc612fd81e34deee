package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a job sees of this machine: the programs below {@code /usr}, and of {@code /etc} what those
 * need to start. Users, hosts and name servers are made up.
 */
final class SystemFiles {

  private static final Map<String, String> MADE =
      Map.of(
          "passwd",
          """
          root:x:0:0:root:/nonexistent:/usr/sbin/nologin
          ci:x:1000:1000:ci:/home/ci:/bin/bash
          nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
          """,
          "group",
          "root:x:0:\nci:x:1000:\nnogroup:x:65534:\n",
          "hosts",
          "127.0.0.1 localhost ci\n::1 localhost ip6-localhost\n",
          "resolv.conf",
          "nameserver 10.0.2.3\n",
          "nsswitch.conf",
          "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");

  private static final List<String> SHARED =
      List.of(
          "alternatives",
          "ca-certificates",
          "ca-certificates.conf",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "localtime",
          "mime.types",
          "protocols",
          "services",
          "ssl/certs",
          "ssl/openssl.cnf",
          "timezone",
          "maven");

  /** What the kernel tells everybody about the machine and no build asks for. */
  private static final List<Path> HIDDEN =
      List.of(Path.of("/proc/cmdline"), Path.of("/proc/kcore"), Path.of("/proc/keys"));

  private final List<String> arguments = new ArrayList<>();

  /** Writes the made-up files into that folder. */
  SystemFiles(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    arguments.addAll(List.of("--ro-bind", "/usr", "/usr"));
    for (String top : List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32")) {
      Path link = Path.of("/", top);
      if (Files.isSymbolicLink(link)) {
        arguments.addAll(
            List.of("--symlink", Files.readSymbolicLink(link).toString(), link.toString()));
      } else if (Files.isDirectory(link)) {
        arguments.addAll(List.of("--ro-bind", link.toString(), link.toString()));
      }
    }
    for (String name : SHARED) {
      share(Path.of("/etc", name));
    }
    // Debian's JDKs keep their settings here, and do not start without.
    try (DirectoryStream<Path> java = Files.newDirectoryStream(Path.of("/etc"), "java*")) {
      for (Path dir : java) {
        share(dir);
      }
    }
    for (Map.Entry<String, String> made : MADE.entrySet()) {
      Path file = folder.resolve(made.getKey());
      Files.writeString(file, made.getValue());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      arguments.addAll(List.of("--ro-bind", file.toString(), "/etc/" + made.getKey()));
    }
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    for (Path told : HIDDEN) {
      if (Files.exists(told)) {
        arguments.addAll(List.of("--ro-bind", "/dev/null", told.toString()));
      }
    }
    arguments.addAll(List.of("--dir", "/run", "--dir", "/var", "--symlink", "../tmp", "/var/tmp"));
  }

  private void share(Path path) {
    arguments.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
  }

  /**
   * Further arguments for a job that has no name server: it knows these names only.
   *
   * @param names each with its addresses
   */
  List<String> names(Workspace workspace, Map<String, List<String>> names) throws IOException {
    StringBuilder hosts = new StringBuilder(MADE.getOrDefault("hosts", ""));
    names.forEach(
        (name, addresses) -> {
          for (String address : addresses) {
            if (!address.equals(name)) {
              hosts.append(address).append(' ').append(name).append('\n');
            }
          }
        });
    Path hostsFile = workspace.exchange().resolve("hosts");
    Path none = workspace.exchange().resolve("resolv.conf");
    for (Path file : List.of(hostsFile, none)) {
      Files.writeString(file, file.equals(none) ? "" : hosts.toString());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    return List.of(
        "--ro-bind",
        hostsFile.toString(),
        "/etc/hosts",
        "--ro-bind",
        none.toString(),
        "/etc/resolv.conf");
  }

  /** Arguments of bwrap. */
  List<String> arguments() {
    return List.copyOf(arguments);
  }
}
