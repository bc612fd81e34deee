package org.newci.controller.ledger;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoresTest extends SqlStoresContract {

  @TempDir Path dir;

  @Override
  Database open() {
    return SqliteDatabase.open(dir.resolve("builds.db"));
  }
}
