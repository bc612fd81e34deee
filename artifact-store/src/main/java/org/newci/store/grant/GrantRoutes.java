package org.newci.store.grant;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.GrantAnswer;
import org.newci.contracts.store.GrantRequest;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.newci.store.blob.BlobName;
import org.newci.store.blob.BlobRoutes;
import org.newci.store.disk.DiskFull;
import org.newci.store.index.IndexFile;

/**
 * {@code POST /grants}, {@code PUT /uploads} and {@code POST /grants/ID/seal}. A grant is used up
 * by the first upload that is stored; after its seal nothing can come any more, so that the digest
 * that the seal answers is the one to pin.
 */
public final class GrantRoutes {

  private static final String SECRET = "newci-upload-";
  private static final Duration USUAL = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  /** A grant that ended is remembered for a while, so that its seal is still answered. */
  private static final Duration REMEMBERED = Duration.ofDays(7);

  private final Grants grants;
  private final BlobRoutes blobs;
  private final long limit;
  private final Clock clock;
  private final GrantKey key;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param data the store's folder
   * @param limit bytes that a blob may have at most
   */
  public GrantRoutes(IndexFile index, Path data, BlobRoutes blobs, long limit, Clock clock) {
    this.grants = new Grants(index);
    this.key = new GrantKey(data.resolve("grant.key"));
    this.blobs = blobs;
    this.limit = limit;
    this.clock = clock;
  }

  /** Makes one, or answers the one of that id again. */
  public void post(Context ctx) throws IOException {
    GrantRequest request = ProblemPages.body(ctx, GrantRequest.class, false);
    String build = request.build();
    if (build == null || !build.matches("[a-z0-9_-]{1,64}")) {
      throw Problem.badRequest("The field 'build' is missing or not a build's id.");
    }
    Duration lifetime = request.seconds() == null ? USUAL : Duration.ofSeconds(request.seconds());
    if (!lifetime.isPositive() || lifetime.compareTo(LONGEST) > 0) {
      throw Problem.badRequest(
          "The field 'seconds' is %d (expected 1 to %d)."
              .formatted(lifetime.toSeconds(), LONGEST.toSeconds()));
    }
    long bytes = request.bytes() == null ? limit : Math.min(limit, request.bytes());
    Grant grant =
        new Grant(
            request.id() == null ? random(10) : chosen(request.id(), build),
            name(request.name()).value(),
            request.alias() == null ? null : name(request.alias()).value(),
            build,
            Math.max(0, bytes),
            clock.instant().plus(lifetime),
            Grant.OPEN,
            null,
            null);
    ctx.status(201)
        .json(
            DiskFull.guard(
                "a grant",
                () -> {
                  String secret =
                      SECRET + (request.id() == null ? random(24) : key.digits(grant.id()));
                  Grant kept = grants.keep(grant, secret, clock.instant().minus(REMEMBERED));
                  return answer(kept, kept.isSealed() ? null : secret);
                }));
  }

  /** With a '-' in it, which those that are drawn by lot have not. */
  private static String chosen(String id, String build) {
    String start = build + "-";
    if (!id.startsWith(start) || !id.substring(start.length()).matches("[a-z0-9-]{1,40}")) {
      throw Problem.badRequest(
          "The field 'id' is not '%s' and 1 to 40 lower-case letters, digits and '-'."
              .formatted(start));
    }
    return id;
  }

  /** Takes the one upload; the secret is the bearer token. */
  public void upload(Context ctx) throws IOException {
    Grant grant = granted(ctx);
    if (!clock.instant().isBefore(grant.expires())) {
      throw refused(ctx, "the grant has ended");
    }
    if (grant.isSealed()) {
      throw closed(grant);
    }
    BlobName name = new BlobName(grant.name());
    // Used up together with the blob's name: an upload that breaks off may be tried again, one
    // that is overtaken by the seal changes nothing.
    var stored =
        DiskFull.guard(
            "the blob '%s'".formatted(name.value()),
            () ->
                blobs.store(
                    ctx,
                    name,
                    grant.bytes(),
                    (connection, digest) -> {
                      if (!Grants.use(connection, grant.id(), digest)) {
                        throw closed(grant);
                      }
                    }));
    BlobRoutes.answer(ctx, name, stored);
  }

  /** Ends it: what was put, if anything was, is final, and has its second name from now on. */
  public void seal(Context ctx) throws IOException {
    String path = ctx.req().getRequestURI();
    String id =
        PathName.decoded(path.substring("/grants/".length(), path.length() - "/seal".length()));
    Grant sealed =
        grants
            .seal(id, clock.instant())
            .orElseThrow(() -> Problem.notFound("There is no grant '%s'.".formatted(id)));
    ctx.json(answer(sealed, null));
  }

  private Grant granted(Context ctx) throws IOException {
    String header = ctx.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw refused(ctx, "this needs an upload grant as bearer token");
    }
    return grants
        .ofSecret(header.substring(7).strip())
        .orElseThrow(() -> refused(ctx, "the upload grant is not known here"));
  }

  private static Problem refused(Context ctx, String why) {
    ctx.header("WWW-Authenticate", "Bearer realm=\"newci\"");
    return new Problem(401, "unauthorized", "Refused: %s.".formatted(why));
  }

  private static Problem closed(Grant grant) {
    return Problem.conflict(
        "The grant for '%s' is used or sealed: it takes one upload.".formatted(grant.name()));
  }

  private static BlobName name(@Nullable String text) {
    try {
      return new BlobName(String.valueOf(text == null ? "" : text));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-name", String.valueOf(e.getMessage()));
    }
  }

  private static GrantAnswer answer(Grant grant, @Nullable String secret) {
    return new GrantAnswer(
        grant.id(),
        secret,
        grant.name(),
        grant.build(),
        grant.state(),
        grant.expires(),
        grant.sha256(),
        grant.size());
  }

  private String random(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return HexFormat.of().formatHex(made);
  }
}
