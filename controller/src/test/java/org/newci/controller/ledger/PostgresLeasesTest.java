package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.newci.controller.SettableClock;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Given;
import org.newci.controller.build.Leases;
import org.newci.controller.build.LeasesContract;
import org.newci.controller.build.News;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

@NeedsProgram("postgres")
class PostgresLeasesTest extends LeasesContract {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final PostgresAddress address =
      new PostgresAddress(PostgreSql.shared().freshDatabase(), null, null);
  private final PostgresDatabase one = PostgresDatabase.open(address, LONG);
  private final PostgresDatabase other = PostgresDatabase.open(address, LONG);
  private final BuildLedger ledger = new SqlLedger(one, Clock.systemUTC());

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Override
  protected BuildLedger ledger() {
    return ledger;
  }

  @Override
  protected Leases one() {
    return one.leases();
  }

  @Override
  protected Leases other() {
    return other.leases();
  }

  @Override
  protected void letLeasesExpire() {
    int _ =
        one.write(
            handle ->
                handle.execute("UPDATE wanted SET expires = now() - interval '1 second'")
                    + handle.execute("UPDATE duty SET expires = now() - interval '1 second'"));
  }

  @Test
  void newsReachTheOthersAndNotTheTeller() {
    List<String> heard = new CopyOnWriteArrayList<>();
    List<String> own = new CopyOnWriteArrayList<>();
    other.news().listen(into(heard));
    one.news().listen(into(own));
    await().untilAsserted(() -> assertThat(heard).contains("missed"));
    await().untilAsserted(() -> assertThat(own).contains("missed"));
    BuildId id = Given.id();
    one.news().moved(id);
    one.news().hinted(7);
    one.news().pushed("https://example.org/a b.git");
    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .contains("moved " + id, "hinted 7", "pushed https://example.org/a b.git"));
    assertThat(own).containsExactly("missed");
  }

  private static News.Heard into(List<String> words) {
    return new News.Heard() {
      @Override
      public void moved(BuildId build) {
        words.add("moved " + build);
      }

      @Override
      public void hinted(long project) {
        words.add("hinted " + project);
      }

      @Override
      public void pushed(String url) {
        words.add("pushed " + url);
      }

      @Override
      public void missed() {
        words.add("missed");
      }
    };
  }

  @Test
  void theTimeIsTheDatabasesWhateverOurClockSays() {
    Clock wrong = new SettableClock(Instant.parse("2001-01-01T00:00:00Z"));
    Instant there = one.clock(wrong).instant();
    assertThat(Duration.between(there, Clock.systemUTC().instant()).abs())
        .isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void sequencesOfTwoControllersNeverMeet() {
    long first = one.nextSequence();
    long second = other.nextSequence();
    assertThat(second).isGreaterThan(first);
    assertThat(one.nextSequence()).isGreaterThan(second);
  }
}
