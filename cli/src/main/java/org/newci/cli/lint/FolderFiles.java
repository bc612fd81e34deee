package org.newci.cli.lint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.newci.standin.ci.CommitFiles;

/** The files of a folder in the place of a commit's; what changed is not known. */
final class FolderFiles implements CommitFiles {

  private static final int MOST = 100_000;
  private static final long LARGEST = 16L << 20;

  private final Path root;

  FolderFiles(Path root) {
    this.root = root;
  }

  @Override
  public Optional<byte[]> read(String path) {
    Path file = root.resolve(path).normalize();
    try {
      boolean readable =
          file.startsWith(root)
              && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && Files.size(file) <= LARGEST;
      return readable ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  @Override
  public Optional<String> contentId(String path) {
    return read(path).map(bytes -> Integer.toHexString(Arrays.hashCode(bytes)));
  }

  @Override
  public List<String> paths() {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> root.relativize(path).toString())
          .filter(path -> !path.startsWith(".git/"))
          .limit(MOST)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
  }

  @Override
  public Optional<List<String>> changed() {
    return Optional.empty();
  }

  @Override
  public Optional<List<String>> changedSince(String ref) {
    return Optional.of(List.of());
  }
}
