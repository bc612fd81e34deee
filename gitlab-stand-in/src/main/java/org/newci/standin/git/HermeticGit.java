package org.newci.standin.git;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the host's git configuration out of JGit, and tells it the resolution of file times, which
 * it would otherwise measure for seconds at the first use of a disk.
 */
public final class HermeticGit extends SystemReader.Delegate {

  private HermeticGit(SystemReader host) {
    super(host);
  }

  /** Makes it so for this process; once is enough, twice does no harm. */
  public static synchronized void install() {
    SystemReader now = SystemReader.getInstance();
    if (!(now instanceof HermeticGit)) {
      SystemReader.setInstance(new HermeticGit(now));
    }
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") ? null : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  /** An empty configuration that no file stands behind. */
  private static final class NoFile extends FileBasedConfig {

    private static final long RESOLUTION_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    NoFile(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // There is nothing to read.
    }

    @Override
    public void save() {
      // Nothing is kept.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section, @Nullable String subsection, String name, long fallback, TimeUnit unit) {
      return section.equals("filesystem")
          ? unit.convert(RESOLUTION_NANOS, TimeUnit.NANOSECONDS)
          : super.getTimeUnit(section, subsection, name, fallback, unit);
    }
  }
}
