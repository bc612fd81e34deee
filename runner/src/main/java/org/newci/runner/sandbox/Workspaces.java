package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder below which jobs have their workspaces; one runner at a time uses it. */
public final class Workspaces implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Workspaces.class);

  private final Path root;
  private final FileChannel lockFile;
  private final boolean elsewhere;

  private Workspaces(Path root, FileChannel lockFile, boolean elsewhere) {
    this.root = root;
    this.lockFile = lockFile;
    this.elsewhere = elsewhere;
  }

  /**
   * Opens it, and removes what an earlier runner left there.
   *
   * @param foreignUsers true when jobs run as other users, who must be able to pass through
   */
  public static Workspaces open(Path wanted, boolean foreignUsers) {
    Path root = wanted.toAbsolutePath().normalize();
    try {
      Path closed = foreignUsers ? closedParent(root) : null;
      if (closed != null) {
        Path other = Path.of("/var/tmp/newci-" + hash(root));
        LOG.info(
            "Workspaces are below {}, since users of jobs cannot pass {} (not o+x).",
            other,
            closed);
        makeOwn(other);
        root = other;
      }
      Files.createDirectories(root);
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
      FileChannel lock =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new IllegalArgumentException(
            "Another runner uses the workspaces below %s.".formatted(root));
      }
      Workspaces workspaces = new Workspaces(root, lock, closed != null);
      workspaces.removeStale();
      return workspaces;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the workspaces below " + root, e);
    }
  }

  /** In a folder where anybody may make names: it must be ours. */
  private static void makeOwn(Path folder) throws IOException {
    Files.createDirectories(folder);
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (Files.isSymbolicLink(folder) || !owner.equals(0)) {
      throw new IllegalArgumentException(
          "The folder %s belongs to somebody else; remove it or set NEWCI_WORK.".formatted(folder));
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static @Nullable Path closedParent(Path root) throws IOException {
    for (Path dir = root.getParent(); dir != null; dir = dir.getParent()) {
      if (Files.exists(dir)
          && !Files.getPosixFilePermissions(dir).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return dir;
      }
    }
    return null;
  }

  private static String hash(Path root) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(root.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** Makes a fresh one. */
  public Workspace create(Slot slot, long job) throws IOException {
    Path dir = root.resolve("slot-%d-job-%d".formatted(slot.number(), job));
    remove(dir);
    Workspace workspace = new Workspace(dir, slot);
    Files.createDirectory(dir);
    own(dir, slot);
    for (Path part : List.of(workspace.builds(), workspace.home(), workspace.exchange())) {
      Files.createDirectory(part);
      own(part, slot);
    }
    return workspace;
  }

  private void own(Path dir, Slot slot) throws IOException {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    give(dir, slot);
  }

  /** Makes a folder below the folder of all sources, with those above it. */
  public void makeFolders(Workspace workspace, String relative) throws IOException {
    Path dir = workspace.builds();
    for (String part : relative.split("/", -1)) {
      dir = dir.resolve(part);
      Files.createDirectory(dir);
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
      give(dir, workspace.slot());
    }
  }

  /**
   * Moves something of the runner's into the job's project folder, in the place of what has its
   * name there. Nothing of the job may run meanwhile.
   */
  public void moveIn(Path from, Workspace workspace, String folder) throws IOException {
    moveTo(from, workspace, folder + "/" + from.getFileName());
  }

  /** The same, under another name; folders above it that are not there are made. */
  public void moveTo(Path from, Workspace workspace, String relative) throws IOException {
    Path dir = workspace.builds();
    int last = relative.lastIndexOf('/');
    for (String part : relative.substring(0, last).split("/", -1)) {
      dir = dir.resolve(part);
      if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(dir);
        give(dir, workspace.slot());
      }
      if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("the job has replaced its folder %s".formatted(part));
      }
    }
    Path target = dir.resolve(relative.substring(last + 1));
    remove(target);
    Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the slot's user the owner. */
  public void give(Path file, Slot slot) throws IOException {
    if (slot.hasOwnUid()) {
      Files.setAttribute(file, "unix:uid", slot.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:gid", slot.uid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Removes it; its processes must have ended. */
  public void remove(Workspace workspace) {
    try {
      remove(workspace.dir());
    } catch (IOException e) {
      LOG.warn("The workspace {} cannot be removed ({}).", workspace.dir(), e.getMessage());
    }
  }

  private void removeStale() throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(root, "slot-*")) {
      for (Path dir : old) {
        LOG.info("Removing {}, which an earlier runner left.", dir);
        remove(dir);
      }
    }
  }

  private static void remove(Path dir) throws IOException {
    if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      walkAndRemove(dir);
    } catch (IOException | StackOverflowError e) {
      // Folders in each other have paths that are too long for us; rm walks from one to the next.
      removeDeep(dir, e);
    }
  }

  private static void removeDeep(Path dir, Throwable why) throws IOException {
    try {
      Process rm =
          new ProcessBuilder("rm", "-rf", "--one-file-system", "--", dir.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!rm.waitFor(10, TimeUnit.MINUTES)) {
        rm.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(why.getMessage(), why);
    }
  }

  private static void walkAndRemove(Path dir) throws IOException {
    Files.walkFileTree(
        dir,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes attributes)
              throws IOException {
            // A job may have closed its folders to itself; who is not root must open them first.
            Files.setPosixFilePermissions(d, PosixFilePermissions.fromString("rwx------"));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path d, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(d);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    try {
      if (elsewhere) {
        remove(root);
      }
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("The folder {} cannot be removed ({}).", root, e.getMessage());
    }
  }
}
