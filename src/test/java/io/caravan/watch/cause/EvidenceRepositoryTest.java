package io.caravan.watch.cause;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.cause.Evidence.Credential;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class EvidenceRepositoryTest {
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Query CALL = Query.of("""
            insert into caravan.call (provider, stream, purpose, credential, at, deadline, ended_at, slot_free_at, status, records, cost, error_kind, error)
            values (:provider, 'packets', :purpose, :credential, :at, :at, :at, :at, :status, :records, 0, :kind, :error)""");

    private final Database database;
    private final EvidenceRepository evidence;

    EvidenceRepositoryTest(Database database) {
        this.database = database;
        this.evidence = new EvidenceRepository(database);
    }

    @BeforeEach
    void empty() {
        Query.of("truncate caravan.call, caravan.poll_provider, caravan.poll_stream, caravan.watch_change")
                .on(database)
                .update();
    }

    private void call(String provider, String credential, int minutes, int status) {
        call(provider, credential, "LIVE", minutes, status);
    }

    private void call(String provider, String credential, String purpose, int minutes, int status) {
        String kind = status == 200 ? null : status == 401 ? "UNAUTHORIZED" : status == 429 ? "THROTTLED" : "SERVER";
        CALL.on(database)
                .set("provider", provider)
                .set("purpose", purpose)
                .set("credential", credential)
                .set("at", NOON.plus(Duration.ofMinutes(minutes)))
                .set("status", status)
                .set("records", status == 200 ? 10 : 0)
                .set("kind", kind)
                .set("error", kind == null ? null : "it answered " + status)
                .update();
    }

    private Evidence at(int minutes) {
        Instant at = NOON.plus(Duration.ofMinutes(minutes));
        return evidence.gather(Trouble.ofProvider("acme", 1, NOON, at));
    }

    @Test
    void aStreakOfRefusalsCountsFromTheLastAcceptedCall() {
        call("acme", "main", -9, 401);
        call("acme", "main", -5, 200);
        call("acme", "main", 1, 401);
        call("acme", "main", 2, 401);
        Credential main = at(3).credential().orElseThrow();
        assertThat(main.refused()).isEqualTo(2);
        assertThat(main.status()).isEqualTo(401);
        assertThat(main.firstRefused()).contains(NOON.plus(Duration.ofMinutes(1)));
        assertThat(main.lastAccepted()).contains(NOON.minus(Duration.ofMinutes(5)));
        assertThat(at(3).calls().refusedLogin()).isEqualTo(2);
        assertThat(at(3).calls().newestError()).contains("it answered 401");
    }

    @Test
    void anAccessTokenThatIsGivenOutDoesNotEndAStreak_butARefusedOneCounts() {
        call("acme", "main", -5, 200);
        call("acme", "main", 1, 401);
        call("acme", "main", "TOKEN", 2, 200);
        call("acme", "main", "TOKEN", 3, 401);
        assertThat(at(4).credential().orElseThrow().refused()).isEqualTo(2);
        assertThat(at(4).calls().accepted()).isZero();
    }

    @Test
    void aProbeOfTheSecondCredentialTellsWhetherItIsThisOne() {
        call("acme", "main", -5, 200);
        call("acme", "main", 1, 401);
        call("acme", "main", 2, 401);
        call("acme", "second", "PROBE", 2, 200);
        Causes causes = new Causes(CauseFiles.in(Path.of("none"), Clock.systemUTC()));
        Finding finding = causes.find(at(3));
        assertThat(finding.cause()).isEqualTo(Cause.CREDENTIALS);
        assertThat(finding.confidence()).isEqualTo(0.95);
    }

    /** A day has many rejected records, and those of one provider are asked for at each look. */
    @Test
    void rejectedRecordsOfAProviderAreFoundWithoutReadingAllOfADay() {
        String plan = database.inTransaction(connection -> {
            Query.of(
                            "create table caravan.rejected_plan partition of caravan.rejected for values from ('2001-03-09') to ('2001-03-12')")
                    .on(database)
                    .update();
            Query.of("""
                    insert into caravan.rejected (at, table_name, reason, message, batch, source, place, raw)
                    select '2001-03-10'::timestamptz + n * interval '1 second', 'telematics.packet', 'type', 'no number', gen_random_uuid(), 'poll:p' || n % 50 || '/packets', 0, '{}'
                      from generate_series(1, 5000) n""").on(database).update();
            Query.of("analyze caravan.rejected_plan").on(database).update();
            return String.join("\n", Query.of("""
                            explain (costs off) select raw from caravan.rejected
                             where starts_with(source, 'poll:acme/') and at >= '2001-03-10' and at < '2001-03-11'""").on(database).list(row -> row.getString(1)));
        });
        assertThat(plan).containsPattern("Index Cond: \\(\\(source >= 'poll:acme/'");
    }

    @Test
    void whatIsOlderThanADayIsNoEvidence() {
        call("acme", "main", -60 * 25, 401);
        assertThat(at(0).credentials()).isEmpty();
    }

    @Test
    void aCredentialThatOnlyTheFleetsSettingsKnowIsLeftOut() {
        call("acme", "main", 1, 401);
        Trouble trouble = Trouble.ofFleet("acme/north", "acme", NOON, NOON.plusSeconds(120))
                .withCredential("north");
        Evidence found = evidence.gather(trouble);
        assertThat(found.calls().refusedLogin()).isEqualTo(1);
        assertThat(found.credential()).isPresent();
    }

    @Test
    void otherProvidersAreInTroubleWhenNoneOfTheirCallsIsAccepted() {
        call("beta", "main", 1, 500);
        call("gamma", "main", 1, 500);
        call("gamma", "main", 2, 200);
        call("delta", "main", -30, 200);
        assertThat(at(5).others().providers()).isEqualTo(3);
        assertThat(at(5).others().providersInTrouble()).isEqualTo(1);
    }

    @Test
    void aProviderThatWaitsForOurOwnLimitIsHeldBack() {
        Query.of("""
                insert into caravan.poll_provider (name, waits_for, waits_until, paused_at, paused_by, paused_why)
                values ('acme', 'BUDGET', :at, :at, 'anna', 'money')""").on(database).set("at", NOON).update();
        Query.of("""
                insert into caravan.poll_stream (provider, stream, last_page_at, newest_record_at, halted_at, halted_reason)
                values ('acme', 'packets', :at, :at - interval '90 minutes', :at, 'bad page')""").on(database).set("at", NOON).update();
        call("acme", "main", -3, 200);
        Evidence.Polling polling = at(0).polling();
        assertThat(polling.limited()).contains("BUDGET");
        assertThat(polling.lag()).contains(Duration.ofMinutes(90));
        assertThat(polling.paused()).contains("by anna, money");
        assertThat(polling.halted()).isEqualTo(1);
        assertThat(polling.lastCall()).contains(NOON.minus(Duration.ofMinutes(3)));
        assertThat(polling.usualGap()).isEmpty();
    }

    @Test
    void otherFleetsOfTheProviderFlowOrAreSilentToo() {
        for (String state : new String[] {"ON_TIME", "SILENT", "UNKNOWN"}) {
            Query.of("""
                    with series as (
                        insert into caravan.watch_series (kind, name, provider, born_at) values ('FLEET', 'acme/' || :state, 'acme', :at) returning id)
                    insert into caravan.watch_state (series_id, state, since, due_at) select id, :state, :at, :at from series""").on(database).set("state", state).set("at", NOON).update();
        }
        Evidence found = evidence.gather(Trouble.ofFleet("acme/north", "acme", NOON, NOON));
        assertThat(found.others().fleets()).isEqualTo(2);
        assertThat(found.others().fleetsSilent()).isEqualTo(1);
    }

    @Test
    void anUnknownProviderLeavesNoTrace() {
        Evidence nothing = at(5);
        assertThat(nothing.calls()).isEqualTo(Evidence.Calls.NONE);
        assertThat(nothing.polling()).isEqualTo(Evidence.Polling.NONE);
    }
}
