package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.load.Epoch;
import io.caravan.load.LoadEvents;
import io.caravan.load.LoadOptions;
import io.caravan.load.Loader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class ReplayCommandTest {
    private static final LoadOptions OPTIONS = LoadOptions.of("cli.trip");

    private final Database database;
    private final StringWriter out = new StringWriter();

    ReplayCommandTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void oneReject() {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("""
                        DROP SCHEMA IF EXISTS cli CASCADE;
                        CREATE SCHEMA cli;
                        CREATE TABLE cli.trip (id int PRIMARY KEY, at timestamptz NOT NULL);
                        TRUNCATE caravan.rejected RESTART IDENTITY""");
            }
        });
        new Loader(database, Clock.systemUTC(), new LoadEvents() {}, OPTIONS)
                .load(Batch.of("test", Instant.now(), List.of(RawRecord.of("{\"id\": 1, \"at\": 1700000000}"))));
    }

    private int run(String... arguments) {
        CommandLine command = new CommandLine(new ReplayCommand(
                () -> database,
                Clock.systemUTC(),
                new LoadEvents() {},
                table -> Optional.of(OPTIONS.withEpoch(Epoch.seconds))));
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void rejectsAreListedReplayedAndGone() {
        assertThat(run("list", "cli.trip", "--since", "1h")).isZero();
        assertThat(run("rejects", "cli.trip", "--dry-run", "--json")).isZero();
        assertThat(run("rejects", "cli.trip", "--since", "1d")).isZero();
        assertThat(run("list")).isZero();

        assertThat(out.toString())
                .contains("cli.trip  number_for_time  at is the number 1700000000")
                .contains("{\"records\":1,\"loaded\":1,\"duplicate\":0,\"rejected\":0,\"dryRun\":true}")
                .contains("1 records: 1 loaded, 0 were there already, 0 rejected again")
                .contains("No open rejects.");
    }

    @Test
    void aRecordIsMendedByHand(@TempDir Path folder) throws Exception {
        Path mended = Files.writeString(folder.resolve("mended.json"), "{\"id\": 2, \"at\": \"2026-01-01Z\"}");

        assertThat(run("fix", "1", mended.toString())).isZero();
        assertThat(run("fix", "77", mended.toString())).isOne();
        assertThat(run("rejects", "cli.trip")).isZero();
    }

    @Test
    void discardedRejectsAreNotReplayed() {
        assertThat(run("discard", "1")).isZero();
        assertThat(run("rejects", "cli.trip")).isZero();
        assertThat(out.toString()).contains("1 of 1 discarded").contains("0 records: 0 loaded");
    }

    @Test
    void aTimeThatIsNoneIsAUsageError() {
        assertThat(run("list", "--since", "yesterday")).isEqualTo(2);
        assertThat(out.toString()).contains("--since is 'yesterday'. Give 90m, 2h, 7d");
    }
}
