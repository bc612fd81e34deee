package org.newci.store.blob;

import io.javalin.http.Context;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;

/** What stands in a path below {@code /blobs/}: a name, or {@code sha256:HEX}. */
public sealed interface BlobAddress {

  /** A name that people gave. */
  record Named(BlobName name) implements BlobAddress {}

  /** The bytes themselves. */
  record Digest(Sha256 digest) implements BlobAddress {}

  /** As it was written. */
  default String text() {
    return switch (this) {
      case Named named -> named.name().value();
      case Digest by -> by.digest().address();
    };
  }

  /** That of a request to {@code /blobs/ADDRESS}. */
  static BlobAddress of(Context ctx) {
    return of(PathName.below(ctx, "/blobs/"));
  }

  /** The same of any text. */
  static BlobAddress of(String text) {
    try {
      return text.startsWith(Sha256.PREFIX)
          ? new Digest(new Sha256(text.substring(Sha256.PREFIX.length())))
          : new Named(new BlobName(text));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-name", String.valueOf(e.getMessage()));
    }
  }

  /** The name of a request that must give one: digests cannot be written to. */
  static BlobName name(Context ctx) {
    try {
      return new BlobName(PathName.below(ctx, "/blobs/"));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-name", String.valueOf(e.getMessage()));
    }
  }
}
