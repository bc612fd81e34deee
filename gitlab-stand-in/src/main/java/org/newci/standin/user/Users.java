package org.newci.standin.user;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.database.Database;
import org.newci.standin.rest.RestError;

/** Who may call: the lines {@code username token} of a file, whose first user is the admin. */
public final class Users {

  private final Map<Secret, User> byToken;
  private final Map<Long, User> byId;

  private Users(Map<Secret, User> byToken, Map<Long, User> byId) {
    this.byToken = Map.copyOf(byToken);
    this.byId = Map.copyOf(byId);
  }

  /** Reads that file; a user keeps the number that the name got at first. */
  public static Users load(Path file, Database database, Clock clock) {
    Map<Secret, User> byToken = new HashMap<>();
    Map<Long, User> byId = new HashMap<>();
    String admin = null;
    for (String line : lines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split("\\s+", -1);
      if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
        throw new IllegalArgumentException(
            "Tokens %s: a line has not the form 'username token'.".formatted(file));
      }
      admin = admin == null ? parts[0] : admin;
      User user = stored(database, parts[0], parts[0].equals(admin), clock.instant());
      byToken.put(Secret.of(parts[1]), user);
      byId.put(user.id(), user);
    }
    if (byToken.isEmpty()) {
      throw new IllegalArgumentException(
          "Tokens %s: none (expected lines 'username token').".formatted(file));
    }
    return new Users(byToken, byId);
  }

  private static Iterable<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the tokens " + file, e);
    }
  }

  private static User stored(Database database, String name, boolean admin, Instant now) {
    return database.write(
        handle -> {
          handle.execute(
              "insert into users (username, created_at) values (?, ?) on conflict do nothing",
              name,
              now.toEpochMilli());
          return read(handle, name, admin);
        });
  }

  private static User read(Handle handle, String name, boolean admin) {
    return handle
        .createQuery("select id, created_at from users where username = :name")
        .bind("name", name)
        .map(
            (row, context) ->
                new User(
                    row.getLong("id"),
                    name,
                    admin,
                    Instant.ofEpochMilli(row.getLong("created_at"))))
        .one();
  }

  /** The user of a personal access token. */
  public Optional<User> byToken(String token) {
    return Optional.ofNullable(byToken.get(Secret.of(token)));
  }

  /** The user of that number; one whose tokens are gone is a ghost. */
  public User byId(long id) {
    return byId.getOrDefault(id, new User(id, "ghost", false, Instant.EPOCH));
  }

  /** The namespace of that number. */
  public Optional<User> namespace(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Who calls the REST API; 401 when nobody known does. */
  public User caller(Context ctx) {
    String token = ctx.header("PRIVATE-TOKEN");
    String bearer = ctx.header("Authorization");
    if (token == null && bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      token = bearer.substring(7);
    }
    if (token == null) {
      token = ctx.queryParam("private_token");
    }
    return Optional.ofNullable(token).flatMap(this::byToken).orElseThrow(RestError::unauthorized);
  }
}
