package org.newci.standin.user;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.newci.standin.database.Database;
import org.newci.standin.rest.RestError;

/** Who may call: people of the set-up's file of tokens, and the bots of projects' tokens. */
public final class Users {

  /** GitLab writes down the use of a token no more often. */
  private static final Duration USE_NOTED = Duration.ofMinutes(10);

  private final Database database;
  private final Clock clock;
  private final String admin;
  // Asked for by every JSON of a project, pipeline and job; users are never removed.
  private final Map<Long, User> byId = new ConcurrentHashMap<>();
  private final Map<Long, Namespace> groups = new ConcurrentHashMap<>();

  private Users(Database database, Clock clock, String admin) {
    this.database = database;
    this.clock = clock;
    this.admin = admin;
  }

  /** Reads that file; a user keeps the number that the name got at first. */
  public static Users load(Path file, Database database, Clock clock) {
    List<TokenFile.Line> lines = TokenFile.read(file);
    Users users = new Users(database, clock, lines.getFirst().username());
    database.write(handle -> users.keep(handle, lines));
    return users;
  }

  private Handle keep(Handle handle, List<TokenFile.Line> lines) {
    Instant now = clock.instant();
    List<Secret> secrets = new ArrayList<>();
    for (TokenFile.Line line : lines) {
      handle.execute(
          "insert into users (username, created_at) values (?, ?) on conflict do nothing",
          line.username(),
          now.toEpochMilli());
      long id = idOf(handle, line.username());
      TokenStore.keep(handle, id, line.secret(), String.join(",", line.scopes()), now);
      secrets.add(line.secret());
    }
    TokenStore.forgetOthers(handle, secrets);
    handle
        .createQuery("select id, username, name, kind, created_at from users where kind <> 'group'")
        .map(
            (row, context) ->
                user(
                    row.getLong("id"),
                    row.getString("username"),
                    Optional.ofNullable(row.getString("name")),
                    row.getString("kind").equals("bot"),
                    Instant.ofEpochMilli(row.getLong("created_at"))))
        .forEach(user -> byId.put(user.id(), user));
    return handle;
  }

  private User user(
      long id, String username, Optional<String> name, boolean bot, Instant createdAt) {
    boolean isAdmin = !bot && username.equals(admin);
    return new User(
        id, username, name.orElse(isAdmin ? "Administrator" : username), isAdmin, bot, createdAt);
  }

  private static long idOf(Handle handle, String username) {
    return handle
        .createQuery("select id from users where username = :name")
        .bind("name", username)
        .mapTo(Long.class)
        .one();
  }

  /** Adds a bot; it is known once the caller's transaction is over. */
  public User addBot(Handle handle, String username, String name) {
    Instant now = clock.instant();
    handle.execute(
        "insert into users (username, name, kind, created_at) values (?, ?, 'bot', ?)",
        username,
        name,
        now.toEpochMilli());
    User bot = user(idOf(handle, username), username, Optional.of(name), true, now);
    byId.put(bot.id(), bot);
    return bot;
  }

  /** Adds a group's name to those that are taken, and answers with its number. */
  public long addGroup(Handle handle, String fullPath) {
    handle.execute(
        "insert into users (username, kind, created_at) values (?, 'group', ?)",
        fullPath,
        clock.millis());
    return idOf(handle, fullPath);
  }

  /** Makes a group known by which projects lie in a namespace. */
  public void know(Namespace group) {
    groups.put(group.id(), group);
  }

  /** Who has that token, if it is worth something still. */
  public Optional<Login> login(String token) {
    return find(token).filter(login -> login.token().active(today()));
  }

  private Optional<Login> find(String token) {
    return database
        .read(handle -> TokenStore.bySecret(handle, Secret.of(token)))
        .map(found -> new Login(byId(found.userId()), noteUse(found)));
  }

  private AccessToken noteUse(AccessToken token) {
    Instant now = clock.instant();
    Instant last = token.lastUsedAt();
    if (last == null || last.plus(USE_NOTED).isBefore(now)) {
      database.write(
          handle -> {
            TokenStore.used(handle, token.id(), now);
            return token;
          });
    }
    return token;
  }

  /** Today's date, by which tokens end. */
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** The user of that number; one that was never there is a ghost. */
  public User byId(long id) {
    return byId.getOrDefault(id, new User(id, "ghost", "Ghost User", false, false, Instant.EPOCH));
  }

  /** The person or bot of that number. */
  public Optional<User> find(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The person or bot of that name. */
  public Optional<User> byName(String username) {
    return byId.values().stream()
        .filter(user -> user.username().equalsIgnoreCase(username))
        .findFirst();
  }

  /** Everybody, in order of their numbers. */
  public List<User> all() {
    return byId.values().stream().sorted(Comparator.comparingLong(User::id)).toList();
  }

  /** The namespace of that number. */
  public Optional<Namespace> namespace(long id) {
    Namespace group = groups.get(id);
    return group == null
        ? find(id).filter(user -> !user.bot()).map(User::namespace)
        : Optional.of(group);
  }

  /** The namespace of that full path, whatever the case. */
  public Optional<Namespace> namespace(String fullPath) {
    return namespaces().stream()
        .filter(space -> space.fullPath().equalsIgnoreCase(fullPath))
        .findFirst();
  }

  /** All namespaces, in order of their paths. */
  public List<Namespace> namespaces() {
    List<Namespace> all = new ArrayList<>(groups.values());
    all().stream().filter(user -> !user.bot()).map(User::namespace).forEach(all::add);
    all.sort(Comparator.comparing(space -> space.fullPath().toLowerCase(Locale.ROOT)));
    return all;
  }

  /**
   * Who calls the REST API: 401 when nobody known does, 403 when the token's scopes do not reach so
   * far. Reading takes {@code api} or {@code read_api}, everything else {@code api}.
   */
  public User caller(Context ctx) {
    return login(ctx, List.of()).user();
  }

  /** The same, where a token with one of these scopes is let in too. */
  public Login login(Context ctx, List<String> also) {
    String token = ctx.header("PRIVATE-TOKEN");
    String bearer = ctx.header("Authorization");
    if (token == null && bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      token = bearer.substring(7);
    }
    if (token == null) {
      token = ctx.queryParam("private_token");
    }
    boolean reads = ctx.method().equals(HandlerType.GET) || ctx.method().equals(HandlerType.HEAD);
    return Optional.ofNullable(token)
        .flatMap(this::find)
        .orElseThrow(RestError::unauthorized)
        .current(today())
        .scoped(reads, also);
  }
}
