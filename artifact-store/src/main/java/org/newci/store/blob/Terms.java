package org.newci.store.blob;

import io.javalin.http.Context;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a body is stored.
 *
 * @param expected the digest that the bytes must have, when the sender said it
 * @param announced bytes that the sender says will come, or -1
 */
record Terms(
    @Nullable Sha256 expected,
    long announced,
    Condition condition,
    BlobRoutes.Admission admission) {

  static Terms of(Context ctx, BlobRoutes.Admission admission) {
    return new Terms(
        StatedDigest.of(ctx), ctx.req().getContentLengthLong(), Condition.of(ctx), admission);
  }

  /** For senders whom nobody has to admit. */
  static void everybody(Connection connection, Sha256 digest) throws SQLException {
    // The route's scope has done it.
  }
}
