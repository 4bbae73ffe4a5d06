package io.caravan.watch.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.detect.Expectation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a silence may last by the pace of the polls. */
@ExtendWith(PostgresExtension.class)
class PollPaceTest {
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final Database database;

    PollPaceTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void nothingWasPolled() {
        Query.of("truncate caravan.call").on(database).update();
    }

    private void polledEvery(String provider, int minutes, int calls) {
        for (int i = 0; i < calls; i++) {
            Query.of("""
                    insert into caravan.call (provider, stream, purpose, credential, at, deadline, slot_free_at, cost)
                    values (:provider, 'packets', 'LIVE', 'main', :at, :at, :at, 0)""")
                    .on(database)
                    .set("provider", provider)
                    .set("at", NOON.minus(Duration.ofMinutes((long) minutes * i)))
                    .update();
        }
    }

    private Duration allowed(Map<String, Double> providers) {
        return new PollPace(new PaceRepository(database))
                .allow(Expectation.in(ZoneOffset.UTC), providers, NOON)
                .allowance();
    }

    private Duration allowedOf(String provider) {
        return allowed(Map.of(provider, 1.0));
    }

    @Test
    void threePollsAreWaitedFor() {
        polledEvery("acme", 20, 9);
        assertThat(allowedOf("acme")).isEqualTo(Duration.ofHours(1));
        assertThat(allowedOf("beta")).as("nobody polls it").isEqualTo(Duration.ZERO);
    }

    @Test
    void threePollsTellAPace_twoDoNot() {
        polledEvery("acme", 20, 3);
        polledEvery("beta", 20, 2);
        assertThat(allowedOf("acme")).isEqualTo(Duration.ofHours(1));
        assertThat(allowedOf("beta")).isEqualTo(Duration.ZERO);
    }

    @Test
    void aSilenceOfSixHoursIsOneHoweverRareThePolls() {
        polledEvery("acme", 150, 3);
        assertThat(allowedOf("acme")).isEqualTo(Duration.ofHours(6));
    }

    @Test
    void aStreamOfSeveralProvidersWaitsForThoseThatSendNearlyAllOfIt() {
        polledEvery("fast", 1, 60);
        polledEvery("slow", 60, 4);
        assertThat(allowed(Map.of("fast", 50.0, "slow", 50.0))).isEqualTo(Duration.ofHours(3));
        assertThat(allowed(Map.of("fast", 95.0, "slow", 5.0))).isEqualTo(Duration.ofMinutes(3));
        assertThat(allowed(Map.of("fast", 0.0, "slow", 0.0)))
                .as("nobody knows yet how much they send")
                .isEqualTo(Duration.ofHours(3));
        assertThat(allowed(Map.of())).isEqualTo(Duration.ZERO);
    }
}
