package org.newci.vcs.transport;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this machine's git settings away from JGit: no system, user or JGit configuration is read,
 * and no {@code GIT_*} variable. It also answers JGit's question for the file system's timestamp
 * resolution, whose measuring would take seconds at the first use.
 */
public final class HermeticJGit extends SystemReader.Delegate {

  private HermeticJGit(SystemReader host) {
    super(host);
  }

  /** Makes every JGit call of this JVM hermetic; calling it again changes nothing. */
  public static synchronized void install() {
    SystemReader now = SystemReader.getInstance();
    if (!(now instanceof HermeticJGit)) {
      SystemReader.setInstance(new HermeticJGit(now));
    }
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") || variable.startsWith("XDG_")
        ? null
        : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Fixed(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new Fixed(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Fixed(parent, fs);
  }

  /** A configuration without a file. */
  private static final class Fixed extends FileBasedConfig {

    Fixed(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // There is nothing to read.
    }

    @Override
    public void save() {
      // What JGit wants to remember here is not needed.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section, String subsection, String name, long otherwise, TimeUnit unit) {
      if (!ConfigConstants.CONFIG_FILESYSTEM_SECTION.equals(section)) {
        return super.getTimeUnit(section, subsection, name, otherwise, unit);
      }
      // Coarse enough for every file system of today's servers.
      return unit.convert(10, TimeUnit.MILLISECONDS);
    }
  }
}
