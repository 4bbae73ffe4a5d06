package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class RefusalDutyTest {
    private static final Instant NOON = Instant.parse("2026-03-03T12:00:00Z");

    private final Database database;
    private final Timeline line;
    private final RefusalDuty duty;

    RefusalDutyTest(Database database) {
        this.database = database;
        this.line = new Timeline(database, "2026-03-03T12:00");
        Profiles profiles = new Profiles() {
            @Override
            public Profile of(Series series) {
                return Profile.of(series.name(), Expectation.in(ZoneOffset.UTC));
            }

            @Override
            public long version() {
                return 0;
            }
        };
        this.duty = new RefusalDuty(database, profiles, new Episodes(database, new WatchEvents() {}));
    }

    @Test
    void refusedFleetsAreOneTroubleOfTheirProvider() {
        RefusalRepository repository = new RefusalRepository(database);
        repository.note(new Refused("acme", "/seq", 20_000, 250, List.of("17", "18"), NOON, NOON));
        duty.run(NOON);
        Instant later = NOON.plus(Duration.ofMinutes(50));
        repository.note(new Refused("acme", "/seq", 20_000, 300, List.of("19"), later, later));
        duty.run(later.plusSeconds(1));

        assertThat(line.events()).containsExactly("opened acme too-many-fleets");
        JsonNode opened = line.lastEvent();
        assertThat(opened.path("sentence").asText())
                .isEqualTo("acme: fleet=/seq names more than 20,000 new fleets in a day, such as '17', '18';"
                        + " packets of further new ones are not counted.");
        assertThat(opened.path("severity").asText()).isEqualTo("high");
        assertThat(opened.path("cause").path("remedy").asText()).startsWith("Point fleet= of watch:arrivals at");

        duty.run(later.plus(Duration.ofMinutes(59)));
        assertThat(line.events()).hasSize(1);
        duty.run(later.plus(Duration.ofMinutes(61)));
        assertThat(line.events()).containsExactly("opened acme too-many-fleets", "recovered acme too-many-fleets");
        assertThat(repository.claim()).isEmpty();
    }
}
