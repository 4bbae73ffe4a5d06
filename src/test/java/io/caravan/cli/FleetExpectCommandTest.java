package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class FleetExpectCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-28T11:05:06.334630427Z"), ZoneOffset.UTC);

    private final Database database;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    FleetExpectCommandTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void aFleet() {
        Query.of("truncate caravan.watch_series cascade").on(database).update();
        Query.of("truncate caravan.watch_window").on(database).update();
        Query.of("""
                insert into caravan.watch_series (kind, name, provider, born_at) values ('FLEET', 'acme/north', 'acme', timestamptz '2026-01-01Z')""").on(database).update();
    }

    @Test
    void timesAreThoseOfTheFleetsClockAlsoOverAChangeOfIt() {
        assertThat(run("north", "--until", "2026-03-30", "--note", "move")).isZero();

        assertThat(out)
                .hasToString(
                        "Silence of acme/north is expected from 2026-03-28 12:05 until 2026-03-30 00:00 (Europe/Amsterdam).\n");
        assertThat(windows()).containsExactly("2026-03-28T11:05:06Z/2026-03-29T22:00:00Z");
    }

    @Test
    void anOffsetIsTakenAtItsWord() {
        assertThat(run("north", "--from", "2026-03-28 22:00", "--until", "2026-03-29T04:00Z", "--maintenance"))
                .isZero();

        assertThat(out)
                .hasToString(
                        "Silence of acme/north is planned from 2026-03-28 22:00 until 2026-03-29 06:00 (Europe/Amsterdam).\n");
        assertThat(windows()).containsExactly("2026-03-28T21:00:00Z/2026-03-29T04:00:00Z");
    }

    @Test
    void whatCannotBeMeantIsRefusedWithItsCure() {
        assertThat(run("north", "--until", "2026-03-27")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "It would end at 2026-03-27 00:00, before it begins at 2026-03-28 12:05; give a later --until, or an earlier --from.");
        assertThat(run("north", "--until", "tomorrow")).isEqualTo(2);
        assertThat(err.toString())
                .contains("'tomorrow' is no moment; write it such as", "by the clock of Europe/Amsterdam");
        assertThat(run("north")).isEqualTo(2);
        assertThat(err.toString()).contains("Until when? Give --until");
        assertThat(run("south", "--until", "2026-03-30")).isEqualTo(1);
        assertThat(err.toString()).contains("south");
        assertThat(windows()).isEmpty();
    }

    private List<String> windows() {
        return Query.of("select from_at, until_at from caravan.watch_window order by from_at")
                .on(database)
                .list(row -> Query.requiredInstant(row, "from_at") + "/" + Query.requiredInstant(row, "until_at"));
    }

    private int run(String... arguments) {
        Profiles plain = new Profiles() {
            @Override
            public Profile of(Series series) {
                return Profile.of(series.name(), Expectation.in(ZoneId.of("Europe/Amsterdam")));
            }

            @Override
            public long version() {
                return 0;
            }
        };
        FleetDesk desk =
                new FleetDesk(() -> database, opened -> plain, CLOCK, () -> new Detector(DetectorSettings.DEFAULTS));
        return new CommandLine(new FleetExpectCommand(desk))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new WrongUsage())
                .execute(arguments);
    }
}
