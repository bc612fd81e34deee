package org.newci.runner.sandbox;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The filter of system calls that jobs run under, as a BPF program for {@code bwrap --seccomp}. It
 * is written by libseccomp (its {@code seccomp.h}, version 2.5), which slirp4netns needs and
 * brings.
 *
 * <p>It is a list of what no build needs and what holes in kernels were found behind: new
 * namespaces and mounts, keys, BPF, kernel modules, io_uring, performance counters, the clock,
 * other kinds of sockets than local, internet and netlink. Such a call ends with EPERM; {@code
 * clone3} and the newer calls for mounts with ENOSYS, so that programs fall back to what can be
 * looked into. Programs for another architecture get EPERM for everything.
 */
@SuppressWarnings("restricted") // The foreign functions of libseccomp.
final class SystemCallFilter {

  private static final List<String> REFUSED =
      List.of(
          "acct add_key adjtimex bpf chroot clock_adjtime clock_settime create_module delete_module",
          "fanotify_init finit_module get_kernel_syms get_mempolicy init_module io_uring_enter",
          "io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl",
          "lookup_dcookie mbind migrate_pages mount move_pages nfsservctl open_by_handle_at",
          "perf_event_open pivot_root query_module quotactl quotactl_fd reboot request_key",
          "set_mempolicy setdomainname setns settimeofday sethostname stime swapoff swapon syslog",
          "sysfs umount umount2 uselib userfaultfd ustat vhangup vm86 vm86old vmsplice");

  private static final List<String> UNKNOWN =
      List.of("clone3 fsconfig fsmount fsopen fspick mount_setattr move_mount open_tree");

  private static final List<Long> NAMESPACES =
      List.of(
          0x00000080L,
          0x00020000L,
          0x02000000L,
          0x04000000L,
          0x08000000L,
          0x10000000L,
          0x20000000L,
          0x40000000L);

  private static final int ALLOW = 0x7fff0000;
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;
  private static final int BAD_ARCHITECTURE = 2;
  private static final int OPTIMIZE = 8;
  private static final int BINARY_TREE = 2;
  private static final int EQUAL = 4;
  private static final int GREATER = 6;
  private static final int MASKED_EQUAL = 7;
  private static final int LAST_SOCKET_KIND = 16;
  private static final List<Integer> SOCKETS = List.of(0, 1, 2, 10, LAST_SOCKET_KIND);
  private static final List<Long> TERMINAL_INPUT = List.of(0x5412L, 0x541cL);

  private final Arena arena;
  private final SymbolLookup seccomp;
  private final Map<String, MethodHandle> calls = new HashMap<>();
  private final MemorySegment context;

  private SystemCallFilter(Arena arena) throws Throwable {
    this.arena = arena;
    this.seccomp = SymbolLookup.libraryLookup("libseccomp.so.2", arena);
    this.context =
        (MemorySegment)
            call("seccomp_init", FunctionDescriptor.of(ADDRESS, JAVA_INT)).invokeExact(ALLOW);
  }

  /** Writes the program into that file; fails with a sentence when there is no libseccomp. */
  static void write(Path file) throws IOException {
    Files.deleteIfExists(file);
    try (Arena arena = Arena.ofConfined()) {
      SystemCallFilter filter = new SystemCallFilter(arena);
      filter.rules();
      filter.export(file);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("libseccomp.so.2 is not usable: " + e.getMessage(), e);
    }
    if (Files.size(file) == 0) {
      throw new IOException("libseccomp wrote an empty filter");
    }
  }

  private MethodHandle call(String name, FunctionDescriptor shape) throws IOException {
    MethodHandle known = calls.get(name);
    if (known == null) {
      MemorySegment address =
          seccomp.find(name).orElseThrow(() -> new IOException("libseccomp has no " + name));
      known = Linker.nativeLinker().downcallHandle(address, shape);
      calls.put(name, known);
    }
    return known;
  }

  private void rules() throws Throwable {
    attribute(BAD_ARCHITECTURE, refusal(EPERM));
    attribute(OPTIMIZE, BINARY_TREE);
    for (String name : String.join(" ", REFUSED).split(" ", -1)) {
      rule(name, EPERM);
    }
    for (String name : String.join(" ", UNKNOWN).split(" ", -1)) {
      rule(name, ENOSYS);
    }
    for (long namespace : NAMESPACES) {
      rule("unshare", EPERM, MASKED_EQUAL, 0, namespace, namespace);
      // In the flags of clone this bit is part of the signal's number.
      if (namespace != 0x80) {
        rule("clone", EPERM, MASKED_EQUAL, 0, namespace, namespace);
      }
    }
    for (int kind = 0; kind < LAST_SOCKET_KIND; kind++) {
      if (!SOCKETS.contains(kind)) {
        rule("socket", EAFNOSUPPORT, EQUAL, 0, kind, 0);
      }
    }
    rule("socket", EAFNOSUPPORT, GREATER, 0, LAST_SOCKET_KIND, 0);
    for (long request : TERMINAL_INPUT) {
      // The kernel looks at the lower half only.
      rule("ioctl", EPERM, MASKED_EQUAL, 1, 0xffffffffL, request);
    }
  }

  private static int refusal(int error) {
    return 0x00050000 | error;
  }

  private void attribute(int name, int value) throws Throwable {
    int code =
        (int)
            call("seccomp_attr_set", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT))
                .invokeExact(context, name, value);
    // Old versions do not know every attribute, and work without.
    if (code != 0 && name == BAD_ARCHITECTURE) {
      throw new IOException("libseccomp answers %d to attribute %d".formatted(code, name));
    }
  }

  private void rule(String name, int error) throws Throwable {
    add(name, error, 0, MemorySegment.NULL);
  }

  private void rule(String name, int error, int operator, int argument, long first, long second)
      throws Throwable {
    MemoryLayout comparison = MemoryLayout.structLayout(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    MemorySegment one = arena.allocate(comparison);
    one.set(JAVA_INT, 0, argument);
    one.set(JAVA_INT, 4, operator);
    one.set(JAVA_LONG, 8, first);
    one.set(JAVA_LONG, 16, second);
    add(name, error, 1, one);
  }

  private void add(String name, int error, int count, MemorySegment comparisons) throws Throwable {
    int number =
        (int)
            call("seccomp_syscall_resolve_name", FunctionDescriptor.of(JAVA_INT, ADDRESS))
                .invokeExact(arena.allocateFrom(name));
    if (number < 0) {
      // This architecture, or this version of the library, has no such call.
      return;
    }
    int code =
        (int)
            call(
                    "seccomp_rule_add_array",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS))
                .invokeExact(context, refusal(error), number, count, comparisons);
    if (code != 0) {
      throw new IOException("libseccomp answers %d to the rule for %s".formatted(code, name));
    }
  }

  private void export(Path file) throws Throwable {
    Linker linker = Linker.nativeLinker();
    SymbolLookup libc = linker.defaultLookup();
    MethodHandle creat =
        linker.downcallHandle(
            libc.find("creat").orElseThrow(), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    MethodHandle close =
        linker.downcallHandle(
            libc.find("close").orElseThrow(), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    int descriptor = (int) creat.invokeExact(arena.allocateFrom(file.toString()), 0644);
    if (descriptor < 0) {
      throw new IOException("cannot write " + file);
    }
    int code =
        (int)
            call("seccomp_export_bpf", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT))
                .invokeExact(context, descriptor);
    int _ = (int) close.invokeExact(descriptor);
    call("seccomp_release", FunctionDescriptor.ofVoid(ADDRESS)).invokeExact(context);
    if (code != 0) {
      throw new IOException("libseccomp answers %d to the export".formatted(code));
    }
  }
}
