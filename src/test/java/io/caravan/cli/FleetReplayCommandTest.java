package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class FleetReplayCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-01T12:20:00Z"), ZoneOffset.UTC);

    private final Database database;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of("");

    FleetReplayCommandTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void nothingStored() {
        Query.of("truncate caravan.watch_series, caravan.watch_hour cascade")
                .on(database)
                .update();
    }

    @Test
    void anOutageInTheFileIsListedAndMadeUpOnesAreFound() throws IOException {
        assertThat(replay("--csv", counts(true), "--zone", "Europe/Amsterdam", "--inject", "20"))
                .isZero();
        assertThat(out.toString())
                .contains("4,800 rows of an hour, local time Europe/Amsterdam")
                .contains(
                        "count: 0 packets since ",
                        "such a gap happens once in ",
                        "Delays count from the first missing packet");
    }

    @Test
    void programsGetJson() throws IOException {
        assertThat(replay("--csv", counts(false), "--country", "nl", "--zone", "Europe/Amsterdam", "--json"))
                .isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.at("/overall/alarms").asInt()).isZero();
        assertThat(report.at("/overall/seriesYears").asDouble()).isBetween(0.4, 0.5);
    }

    @Test
    void aMissingZoneIsAskedFor() throws IOException {
        assertThat(replay("--csv", counts(false))).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "--zone is missing; say whose clock the fleet lives by, such as --zone Europe/Amsterdam, or --zone UTC",
                        "See: replay --help");
    }

    @Test
    void anUnknownCountryIsTold() throws IOException {
        assertThat(replay("--csv", counts(false), "--country", "xx", "--zone", "UTC"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'xx' names no country whose holidays are known");
    }

    @Test
    void whatIsStoredIsReplayedByTheFleetsOwnSettings() {
        store("acme/north", true);
        store("acme/south", false);

        assertThat(replay("acme/*", "--inject", "20")).isZero();
        assertThat(out.toString())
                .contains("What is stored of 2 fleets: packets from 2026-04-01 02:00 until 2026-07-01 14:00")
                .contains("acme/north: 0 packets since 17:57 (Europe/Amsterdam); on a Wednesday")
                .contains("Packets again at 2026-06-12 18:00.")
                .contains("all 2", "Delays count from the first missing packet")
                .doesNotContain("acme/south: 0 packets");
    }

    @Test
    void alarmsCountBetweenFromAndToAndWhatWasBeforeIsLearned() throws IOException {
        store("acme/north", true);

        assertThat(replay("north", "--from", "2026-06-10", "--to", "2026-06-16", "--json"))
                .isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.at("/overall/alarms").asInt()).isOne();
        assertThat(report.at("/overall/seriesYears").asDouble() * 365.25).isCloseTo(7, within(0.1));
        out.getBuffer().setLength(0);
        assertThat(replay("north", "--from", "2026-06-13", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .at("/overall/alarms")
                        .asInt())
                .isZero();
    }

    @Test
    void aTimeOfWhichNothingIsStoredIsToldWithThatWhichIs() {
        store("acme/north", false);

        assertThat(replay("north", "--to", "2025-12-31")).isEqualTo(2);
        assertThat(err.toString())
                .contains("No packets of acme/north are stored of that time; there are some from 2026-04-01 02:00 until"
                        + " 2026-07-01 14:00. Give --from and --to within it.");
        assertThat(replay("north", "--from", "2026-06-02", "--to", "2026-05-02"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--from 2026-06-02 00:00 is not before --to 2026-05-03 00:00");
        assertThat(replay("nroth")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no fleet 'nroth'");
    }

    @Test
    void aFileAndWhatIsStoredAreNotMixed() throws IOException {
        assertThat(replay("north", "--csv", counts(false), "--zone", "UTC")).isEqualTo(2);
        assertThat(err.toString()).contains("give one or the other");
        assertThat(replay("north", "--zone", "UTC")).isEqualTo(2);
        assertThat(err.toString()).contains("--csv");
    }

    /** Three months with a packet every three minutes, and an outage of two days in June. */
    private void store(String fleet, boolean withOutage) {
        Query.of("""
                with series as (
                    insert into caravan.watch_series (kind, name, provider, born_at) values ('FLEET', :fleet, 'acme', timestamptz '2026-04-01Z') returning id
                )
                insert into caravan.watch_hour (series_id, hour, packets, minutes, vehicles)
                select id, hour, 20, :minutes, 3
                from series, generate_series(timestamptz '2026-04-01T00:00Z', timestamptz '2026-07-01T11:00Z', interval '1 hour') as hour
                where not :outage or hour < timestamptz '2026-06-10T16:00Z' or hour >= timestamptz '2026-06-12T16:00Z'
                """)
                .on(database)
                .set("fleet", fleet)
                .set("minutes", 0b001001001001001001001001001001001001001001001001001001001001L)
                .set("outage", withOutage)
                .update();
    }

    private static final class Plain implements Profiles {
        @Override
        public Profile of(Series series) {
            return Profile.of(series.name(), Expectation.in(ZoneId.of("Europe/Amsterdam")));
        }

        @Override
        public long version() {
            return 0;
        }
    }

    private String counts(boolean withOutage) throws IOException {
        StringBuilder text = new StringBuilder("time,count\n");
        LocalDateTime start = LocalDateTime.of(2026, 4, 1, 0, 0);
        for (int hour = 0; hour < 4800; hour++) {
            boolean out = withOutage && hour >= 3000 && hour < 3100;
            text.append(start.plusHours(hour)).append(',').append(out ? 0 : 20).append('\n');
        }
        Path file = folder.resolve("counts.csv");
        Files.writeString(file, text.toString());
        return file.toString();
    }

    @Test
    void anOptionThatLeavesNothingToReplayIsRefused() throws IOException {
        assertThat(replay("--csv", counts(false), "--zone", "UTC", "--rate", "0"))
                .isEqualTo(2);
        assertThat(replay("--csv", counts(false), "--zone", "UTC", "--runs", "0"))
                .isEqualTo(2);
        assertThat(replay("--csv", folder.toString(), "--zone", "UTC")).isEqualTo(2);
        assertThat(err.toString())
                .contains("Thinning to 0.0 packets an hour leaves nothing; give more than 0")
                .contains("--runs '0' is no number of runs; give 1 or more")
                .contains("is a folder; give the path of a file of counts in it");
    }

    private int replay(String... arguments) {
        FleetDesk desk = new FleetDesk(
                () -> database, opened -> new Plain(), CLOCK, () -> new Detector(DetectorSettings.DEFAULTS));
        FleetReplayCommand command = new FleetReplayCommand(
                name -> {
                    throw new IllegalArgumentException("Calendar '" + name + "' is unknown");
                },
                desk);
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new WrongUsage())
                .execute(arguments);
    }
}
