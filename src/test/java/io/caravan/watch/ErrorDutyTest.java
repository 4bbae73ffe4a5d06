package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.cause.CauseFiles;
import io.caravan.watch.cause.Causes;
import io.caravan.watch.cause.EvidenceRepository;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that fail are told in minutes, and once. */
@ExtendWith(PostgresExtension.class)
class ErrorDutyTest {
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final Database database;
    private final List<Window> planned = new ArrayList<>();
    private final Profiles profiles;
    private final ErrorDuty duty;

    ErrorDutyTest(Database database) {
        this.database = database;
        Causes causes = new Causes(CauseFiles.in(Path.of("none"), Clock.systemUTC()));
        EvidenceRepository evidence = new EvidenceRepository(database);
        List<Window> planned = this.planned;
        this.profiles = new Profiles() {
            @Override
            public Profile of(Series series) {
                return Profile.of(series.name(), Expectation.in(ZoneOffset.UTC).withWindows(planned));
            }

            @Override
            public long version() {
                return 0;
            }
        };
        this.duty = new ErrorDuty(
                database,
                ErrorStreakRepository.Calm.DEFAULT,
                RejectStreaks.Limits.DEFAULT,
                profiles,
                new Episodes(database, new WatchEvents() {}),
                trouble -> Optional.of(causes.find(evidence.gather(trouble))));
    }

    @BeforeEach
    void aPlaceForThoseDays() {
        for (String table : List.of("load_batch", "rejected")) {
            Query.of("create table if not exists caravan." + table + "_then partition of caravan." + table
                            + " for values from ('2026-03-09') to ('2026-03-12')")
                    .on(database)
                    .update();
        }
    }

    @BeforeEach
    void nothingHappened() {
        Query.of("truncate caravan.call, caravan.poll_provider, caravan.watch_series, caravan.watch_window cascade")
                .on(database)
                .update();
        Query.of("truncate caravan.load_batch, caravan.rejected, caravan.watch_rejecting, caravan.watch_unreadable")
                .on(database)
                .update();
        Query.of("insert into caravan.poll_provider (name, credentials) values ('acme', '{main,second}')")
                .on(database)
                .update();
    }

    private static Instant at(double minutes) {
        return NOON.plus(Duration.ofSeconds(Math.round(minutes * 60)));
    }

    private void call(double minutes, String credential, int status) {
        call(minutes, credential, "LIVE", status, false);
    }

    private void call(double minutes, String credential, String purpose, int status, boolean renewed) {
        String kind = status == 200 ? null : status == 401 ? "UNAUTHORIZED" : "SERVER";
        Query.of("""
                insert into caravan.call (provider, stream, purpose, credential, at, deadline, ended_at, slot_free_at, status, records, cost, error_kind, error, renewed)
                values ('acme', 'packets', :purpose, :credential, :at, :at, :at, :at, :status, :records, 0, :kind, :error, :renewed)""")
                .on(database)
                .set("purpose", purpose)
                .set("credential", credential)
                .set("at", at(minutes))
                .set("status", status)
                .set("records", status == 200 ? 10 : 0)
                .set("kind", kind)
                .set("error", kind == null ? null : "it answered " + status)
                .set("renewed", renewed)
                .update();
    }

    /** A batch of these that the table took in, but for those it rejected. */
    private void load(double minutes, int records, int rejected) {
        load(minutes, "telematics.packet", records, rejected);
    }

    private void load(double minutes, String table, int records, int rejected) {
        Query.of("""
                insert into caravan.load_batch (at, table_name, batch, source, received_at, staged, validated, duplicate, rejected, milliseconds)
                values (:at, :table, gen_random_uuid(), 'poll:acme/packets', :at, :records, :records - :rejected, 0, :rejected, 1)""")
                .on(database)
                .set("at", at(minutes))
                .set("table", table)
                .set("records", records)
                .set("rejected", rejected)
                .update();
        Query.of("""
                insert into caravan.rejected (at, table_name, reason, column_name, message, batch, source, place, raw)
                select :at, :table, 'type', 'speed', 'column speed: ''fast'' is no number', gen_random_uuid(), 'poll:acme/packets', 0, '{}'
                  from generate_series(1, :rejected)""")
                .on(database)
                .set("at", at(minutes))
                .set("table", table)
                .set("rejected", rejected)
                .update();
    }

    private List<String> events() {
        return Query.of("""
                select event.kind || ' ' || series.name || ' ' || coalesce(event.facts #>> '{cause,word}', '') as told
                  from caravan.watch_event event
                  join caravan.watch_episode episode on episode.id = event.episode_id
                  join caravan.watch_series series on series.id = episode.series_id
                 order by event.at, event.id""").on(database).list(row -> row.getString("told"));
    }

    private String sentence() {
        return Query.of("select sentence from caravan.watch_episode order by opened_at desc limit 1")
                .on(database)
                .first(row -> row.getString("sentence"))
                .orElse("");
    }

    @Test
    void twoRefusedCallsAreToldAtOnce_andOnce() {
        call(-5, "main", 200);
        call(0, "main", 401);
        duty.run(at(0.1));
        assertThat(events()).isEmpty();
        call(0.3, "main", 401);
        duty.run(at(0.5));
        duty.run(at(1));
        assertThat(events()).containsExactly("opened acme credentials");
        assertThat(sentence())
                .isEqualTo("Provider acme: The credentials expired or were revoked."
                        + " Credential 'main' was refused with 401 twice in a row, since 12:00 UTC.");
    }

    @Test
    void itIsOverWithAnAcceptedCall_whenNoneHasFailedForTenMinutes() {
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(0.5));
        call(60, "main", 401);
        duty.run(at(61));
        call(69, "main", 200);
        duty.run(at(69.5));
        assertThat(events()).hasSize(1);
        duty.run(at(70.5));
        assertThat(events()).containsExactly("opened acme credentials", "recovered acme credentials");
    }

    @Test
    void callsThatAreAcceptedNowAndThenEndNothing_threeInARowDo() {
        for (int i = 0; i < 20; i++) {
            call(i, "main", 401);
            call(i + 0.2, "main", 401);
            call(i + 0.4, "main", 200);
            duty.run(at(i + 0.3));
            duty.run(at(i + 0.5));
        }
        assertThat(events()).containsExactly("opened acme credentials");

        call(20, "main", 200);
        call(20.5, "main", 200);
        duty.run(at(21));
        assertThat(events()).containsExactly("opened acme credentials", "recovered acme credentials");
    }

    @Test
    void whatIsPlannedIsNotTold_unlessItOutlastsThePlan() {
        planned.add(new Window(Window.Kind.MAINTENANCE, at(-10), at(30), "they migrate"));
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(1));
        call(29, "main", 401);
        duty.run(at(29.5));
        assertThat(events()).isEmpty();

        duty.run(at(30));
        assertThat(events()).containsExactly("opened acme credentials");
    }

    @Test
    void aWindowThatBeginsWhileCallsFailIsTold_andThatTheyStillDo() {
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(0.5));
        planned.add(new Window(Window.Kind.MAINTENANCE, at(1), at(30), "they migrate"));
        duty.run(at(1));
        duty.run(at(2));
        assertThat(changes()).containsExactly("expected");
        assertThat(told()).startsWith("Expected until 12:30 (they migrate). Provider acme: The credentials expired");
        assertThat(sentence()).as("its own words").startsWith("Provider acme: The credentials expired");

        duty.run(at(30));
        duty.run(at(31));
        assertThat(changes()).containsExactly("expected", "still-failing");
        assertThat(told()).startsWith("Provider acme: The credentials expired");
    }

    /** What the last event said. */
    private String told() {
        return Query.of(
                        "select facts ->> 'sentence' as sentence from caravan.watch_event order by at desc, id desc limit 1")
                .on(database)
                .first(row -> row.getString("sentence"))
                .orElse("");
    }

    private List<String> changes() {
        return Query.of(
                        "select facts #>> '{changes,0}' as change from caravan.watch_event where kind = 'changed' order by at, id")
                .on(database)
                .list(row -> row.getString("change"));
    }

    @Test
    void aWindowOfAllItsFleetsIsOneOfTheProvider() {
        Window window = new Window(Window.Kind.MAINTENANCE, at(-10), at(30), "");
        new WindowRepository(database).add("acme/*", window, at(-20), "ann");
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(1));
        assertThat(events()).isEmpty();
    }

    @Test
    void whoExpectsThemIsToldByName_andThatTheyOutlastIt() {
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(0.5));
        assertThat(acts()).isEqualTo("[\"expect\"]");
        new FleetOperations(database, Clock.fixed(at(1), ZoneOffset.UTC), profiles)
                .expect(new Author("ann", ""), "acme", Window.Kind.EXPECTED, at(0), at(30), "they announced it");
        duty.run(at(2));
        assertThat(changes()).containsExactly("expected");
        assertThat(told()).startsWith("Expected until 12:30 by ann (they announced it). Provider acme: ");

        call(29, "main", 401);
        duty.run(at(30));
        assertThat(changes()).containsExactly("expected", "still-failing");
    }

    @Test
    void thoseOfASpareCredentialConcernNoFleet_whoseSilenceCouldBeExpected() {
        call(0, "main", 200);
        call(0, "second", "PROBE", 401, false);
        call(0.3, "second", "PROBE", 401, false);
        duty.run(at(0.5));
        assertThat(events()).containsExactly("opened acme:second credentials");
        assertThat(acts()).isEmpty();
    }

    private String acts() {
        return Query.of(
                        "select coalesce(facts ->> 'acts', '') as acts from caravan.watch_event order by at desc, id desc limit 1")
                .on(database)
                .first(row -> row.getString("acts"))
                .orElseThrow();
    }

    @Test
    void aTokenThatWasRenewedIsNoError() {
        for (int i = 0; i < 5; i++) {
            call(i, "main", "LIVE", 401, true);
            call(i + 0.1, "main", 200);
        }
        duty.run(at(5));
        assertThat(events()).isEmpty();
    }

    @Test
    void afterTheSwitchTheProviderIsWell_andTheCredentialStillWantsRenewing() {
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(0.5));
        Query.of("update caravan.poll_provider set credential = 'second'")
                .on(database)
                .update();
        call(1, "second", 200);
        call(1.01, "second", 200);
        call(1.02, "second", 200);
        duty.run(at(1.1));
        assertThat(events())
                .containsExactlyInAnyOrder(
                        "opened acme credentials", "recovered acme credentials", "opened acme:main credentials");
        assertThat(sentence()).startsWith("Credential acme:main, which is not in use: ");
        call(2, "main", "PROBE", 200, false);
        duty.run(at(12.1));
        assertThat(events()).last().isEqualTo("recovered acme:main credentials");
    }

    @Test
    void aProbeFindsAnExpiredCredentialWhileNothingElseIsCalled() {
        call(-600, "main", 200);
        call(0, "main", "PROBE", 401, false);
        call(0.5, "main", "PROBE", 401, false);
        duty.run(at(1));
        assertThat(events()).containsExactly("opened acme credentials");
    }

    @Test
    void aProviderThatIsDownIsToldWithItsCause() {
        call(-1, "main", 200);
        call(0, "main", 500);
        call(0.1, "main", 500);
        duty.run(at(0.2));
        assertThat(events()).isEmpty();
        call(0.3, "main", 500);
        duty.run(at(0.5));
        assertThat(events()).containsExactly("opened acme provider-outage");
    }

    @Test
    void anotherCauseThatIsSurerIsAChange() {
        call(0, "main", 401);
        call(0.3, "main", 401);
        duty.run(at(0.5));
        call(1, "second", "PROBE", 401, false);
        duty.run(at(1.1));
        assertThat(events()).containsExactly("opened acme credentials", "changed acme provider-auth");
    }

    @Test
    void recordsThatAreRejectedAreToldInMinutes_once_thoughTheirCallsAreAccepted() {
        for (int minute = -10; minute < 0; minute++) {
            call(minute, "main", 200);
            load(minute, 10, 0);
        }
        for (int minute = 0; minute < 12; minute++) {
            call(minute, "main", 200);
            load(minute, 10, 10);
            duty.run(at(minute + 0.3));
        }
        assertThat(events()).containsExactly("opened acme schema");
        assertThat(opened()).isEqualTo(at(7.3));
        assertThat(sentence())
                .isEqualTo(
                        "Provider acme: The provider sends something else than before."
                                + " 80 of 80 records for telematics.packet were rejected: column speed: 'fast' is no number, since 12:00 UTC.");
    }

    private Instant opened() {
        return Query.of("select opened_at from caravan.watch_episode")
                .on(database)
                .first(row -> Query.requiredInstant(row, "opened_at"))
                .orElseThrow();
    }

    @Test
    void theyAreOverWhenRecordsHavePassedForTenMinutes_andDontFlap() {
        load(0, 100, 100);
        duty.run(at(0.3));
        for (int minute = 1; minute < 30; minute++) {
            // a good page now and then proves nothing
            load(minute, 10, minute % 3 == 0 ? 0 : 10);
            call(minute, "main", 200);
            duty.run(at(minute + 0.3));
        }
        assertThat(events()).containsExactly("opened acme schema");

        for (int minute = 30; minute < 45; minute++) {
            load(minute, 10, 0);
            duty.run(at(minute + 0.3));
        }
        assertThat(events()).containsExactly("opened acme schema", "recovered acme schema");
    }

    @Test
    void whatIsRejectedDayByDayIsNoTrouble_untilMuchMoreIs() {
        for (int hour = -23; hour < 0; hour++) {
            load(60 * hour, 100, 60);
        }
        load(0, 100, 70);
        duty.run(at(0.3));
        assertThat(events()).isEmpty();

        load(16, 100, 95);
        duty.run(at(16.3));
        assertThat(events()).containsExactly("opened acme schema");
    }

    @Test
    void aSmallStreamWhoseRecordsAreAllRejectedIsNotDrownedByALargeOne() {
        load(0, "telematics.packet", 100_000, 0);
        load(0, "telematics.trip", 30, 30);
        call(0, "main", 200);
        duty.run(at(0.3));
        assertThat(events()).containsExactly("opened acme schema");
    }

    @Test
    void aFewRejectedRecordsAreNoTrouble() {
        load(0, 19, 19);
        duty.run(at(0.3));
        load(16, 1_000, 400);
        duty.run(at(16.3));
        assertThat(events()).isEmpty();
    }

    /** A record every half an hour, of which these pass. */
    private void few(int from, int until, Predicate<Integer> passes) {
        for (int i = from; i < until; i++) {
            load(30 * i, 1, passes.test(i) ? 0 : 1);
            call(30 * i, "main", 200);
            duty.run(at(30 * i + 0.3));
        }
    }

    @Test
    void whereFewComeThatNonePassesForHoursIsToldToo_once() {
        few(-10, 0, i -> true);
        few(0, 20, i -> false);
        assertThat(events()).containsExactly("opened acme schema");
        assertThat(opened()).isEqualTo(at(120.3));
        assertThat(sentence())
                .contains(
                        "5 of 5 records for telematics.packet were rejected: column speed: 'fast' is no number, since 12:00 UTC.");

        few(20, 30, i -> true);
        assertThat(events()).containsExactly("opened acme schema", "recovered acme schema");
    }

    @Test
    void oneOfFewThatPassesNowAndThenEndsNothing() {
        few(-10, 0, i -> true);
        few(0, 40, i -> i % 6 == 5);
        assertThat(events()).containsExactly("opened acme schema");
    }

    @Test
    void aFewInARowWhereManyAreRejectedEveryDayAreChance() {
        few(-48, 1, i -> i % 4 == 0);
        few(1, 10, i -> false);
        assertThat(events())
                .as("nine in a row where three of four are rejected")
                .isEmpty();
        few(10, 11, i -> true);
        few(11, 40, i -> false);
        assertThat(events()).as("many more").containsExactly("opened acme schema");
    }

    @Test
    void whatNeverPassesIsNoNews() {
        for (int hour = -24; hour < 0; hour++) {
            load(60 * hour, 1, 1);
        }
        few(0, 5, i -> false);
        assertThat(events()).isEmpty();
    }

    @Test
    void aFewBadOnesAtOnceAreToldWhenNothingGoodHasComeForHours() {
        load(-60, 7, 0);
        load(0, 7, 7);
        duty.run(at(1));
        duty.run(at(119));
        assertThat(events()).isEmpty();
        duty.run(at(121));
        assertThat(events()).containsExactly("opened acme schema");
    }

    @Test
    void recordsRejectedDuringMaintenanceAreToldWhenTheyOutlastIt() {
        planned.add(new Window(Window.Kind.MAINTENANCE, at(-10), at(30), "they migrate"));
        load(0, 100, 100);
        duty.run(at(0.3));
        load(29, 100, 100);
        duty.run(at(29.5));
        assertThat(events()).isEmpty();

        duty.run(at(30));
        assertThat(events()).containsExactly("opened acme schema");
    }

    @Test
    void whatIsLoadedAgainByHandHasBeenToldBefore() {
        load(0, 100, 100);
        Query.of("update caravan.load_batch set received_at = at - interval '2 days'")
                .on(database)
                .update();
        duty.run(at(0.3));
        assertThat(events()).isEmpty();
    }

    @Test
    void whileCallsFailThatSaysItAll() {
        load(0, 100, 100);
        call(1, "main", 401);
        call(1.3, "main", 401);
        duty.run(at(1.5));
        assertThat(events()).containsExactly("opened acme credentials");
    }

    @Test
    void whereNothingMoreComesForADayNobodyWaits() {
        load(0, 100, 100);
        duty.run(at(0.3));
        duty.run(at(60 * 23));
        assertThat(events()).containsExactly("opened acme schema");
        duty.run(at(60 * 24 + 1));
        assertThat(events()).containsExactly("opened acme schema", "recovered acme schema");
    }

    /** A batch that was counted, of whose records so many name no fleet. */
    private static void count(Unreadable unreadable, double minutes, int records, int withoutFleet) {
        unreadable.add(
                new ArrivalReport(
                        "acme", true, records - withoutFleet, 0, withoutFleet, 0, 0, 1, 0, Duration.ofMillis(1)),
                at(minutes));
    }

    @Test
    void recordsThatNameNoFleetAreToldInMinutesToo() {
        Unreadable unreadable = new Unreadable(database);
        count(unreadable, -1, 500, 0);
        for (int minute = 0; minute < 20; minute++) {
            // in a busy process batches are gathered and written together
            count(unreadable, minute, 5, 5);
            count(unreadable, minute + 0.1, 3, 3);
            duty.run(at(minute + 0.3));
        }
        assertThat(events()).containsExactly("opened acme schema");
        assertThat(sentence())
                .isEqualTo(
                        "Provider acme: The provider sends something else than before. 21 of 21 records for watch:arrivals"
                                + " were rejected: 21 without a fleet, 0 without a time, 0 with a time that can't be true, since 12:00 UTC.");

        for (int minute = 20; minute < 35; minute++) {
            count(unreadable, minute, 10, 0);
            duty.run(at(minute + 0.3));
        }
        assertThat(events()).containsExactly("opened acme schema", "recovered acme schema");
    }

    @Test
    void aNodeThatHasMetOnlyGoodRecordsEndsItToo() {
        count(new Unreadable(database), 0, 50, 50);
        duty.run(at(0.3));
        Query.of("""
                with series as (insert into caravan.watch_series (kind, name, provider, born_at) values ('FLEET', 'acme/north', 'acme', :at) returning id)
                insert into caravan.watch_pulse (series_id, last_arrival_at) select id, :at from series""").on(database).set("at", at(15)).update();
        duty.run(at(15.3));
        assertThat(events()).containsExactly("opened acme schema", "recovered acme schema");
    }
}
