package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.batch.ReaderOptions;
import io.caravan.batch.RecordReader;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ReplayTest {
    private static final Instant EVER = Instant.EPOCH;

    private final LoadFixture fixture;
    private final RejectedRecords rejects;

    ReplayTest(Database database) {
        this.fixture = new LoadFixture(database);
        this.rejects = new RejectedRecords(() -> database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                DROP SCHEMA IF EXISTS r CASCADE;
                CREATE SCHEMA r;
                CREATE TABLE r.trip (id int PRIMARY KEY, at timestamptz NOT NULL);
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch""");
    }

    private Replay replay(LoadOptions options) {
        return rejects.replay(
                Clock.systemUTC(),
                new LoadEvents() {},
                table -> table.equals("r.trip") ? Optional.of(options) : Optional.empty());
    }

    private List<RejectedRecord> open() {
        return rejects.list(RejectedRecords.Filter.open("r.trip", EVER, null));
    }

    @Test
    void aChangedMappingBringsTheRejectsIn() {
        LoadOptions options = LoadOptions.of("r.trip");
        fixture.load(
                options,
                "{\"id\": 1, \"at\": 1700000000}",
                "{\"id\": \"x\", \"at\": 1700000000}",
                "{\"id\": 2, \"at\": \"2026-01-01Z\"}");

        Replay.Result result = replay(options.withEpoch(Epoch.seconds)).rejects("r.trip", EVER, null, false);

        assertThat(result).isEqualTo(new Replay.Result(2, 1, 0, 1));
        assertThat(open()).singleElement().satisfies(left -> {
            assertThat(left.reason()).isEqualTo(Reason.type);
            assertThat(left.message()).isEqualTo("id: invalid input syntax for type integer: \"x\"");
        });
        assertThat(fixture.column("SELECT count(*) FROM r.trip")).containsExactly("2");
        assertThat(replay(options).rejects("r.trip", EVER, null, false).records())
                .isEqualTo(1);
    }

    @Test
    void aDryRunTellsWhatWouldHappenAndChangesNothing() {
        LoadOptions options = LoadOptions.of("r.trip");
        fixture.load(options, "{\"id\": 1, \"at\": 1700000000}");

        Replay.Result result = replay(options.withEpoch(Epoch.seconds)).rejects("r.trip", EVER, null, true);

        assertThat(result.loaded()).isEqualTo(1);
        assertThat(open()).hasSize(1);
        assertThat(fixture.column("SELECT count(*) FROM r.trip")).containsExactly("0");
    }

    @Test
    void aRecordMendedByHandLoadsAndTheOriginalIsKept() {
        fixture.load("r.trip", "{\"id\": 1, \"at\": \"?\"}");
        long id = open().get(0).id();

        assertThat(rejects.fix(id, "{\"id\": 1, \"at\": \"2026-01-01Z\"}".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        replay(LoadOptions.of("r.trip")).rejects("r.trip", EVER, Reason.type, false);

        assertThat(rejects.find(id)).hasValueSatisfying(settled -> {
            assertThat(settled.status()).isEqualTo(RejectStatus.replayed);
            assertThat(settled.rawText()).isEqualTo("{\"id\": 1, \"at\": \"?\"}");
        });
        assertThat(fixture.column("SELECT id FROM r.trip")).containsExactly("1");
    }

    @Test
    void aDiscardedRejectIsNotReplayed() {
        fixture.load("r.trip", "{\"id\": 1}");

        assertThat(rejects.discard(List.of(open().get(0).id()))).isEqualTo(1);
        assertThat(replay(LoadOptions.of("r.trip")).rejects("r.trip", EVER, null, false))
                .isEqualTo(Replay.Result.NOTHING);
    }

    @Test
    void keptBatchesLoadAgainIntoAnEmptiedTable() {
        LoadOptions options = LoadOptions.of("r.trip").withKeepRaw(true);
        fixture.load(options, "{\"id\": 1, \"at\": \"2026-01-01Z\"}", "{\"id\": 2}");
        fixture.sql("DELETE FROM r.trip; ALTER TABLE r.trip ALTER at SET DEFAULT now()");

        assertThat(replay(options).batches("r.trip", EVER, false)).isEqualTo(new Replay.Result(2, 2, 0, 0));
        assertThat(replay(options).batches("r.trip", EVER, false)).isEqualTo(new Replay.Result(2, 0, 2, 0));
        assertThat(open()).isEmpty();
        assertThat(fixture.column("SELECT count(*) FROM caravan.duplicate")).containsExactly("0");
    }

    @Test
    void aLineThatIsNoRowStaysRejectedForTheReasonThatItsReaderTold() throws Exception {
        loadCsv(LoadOptions.of("r.trip"), "id,at\n1,2026-01-01Z,surplus\n");

        Replay.Result result = replay(LoadOptions.of("r.trip")).rejects("r.trip", EVER, null, false);

        assertThat(result).isEqualTo(new Replay.Result(1, 0, 0, 1));
        assertThat(fixture.rejects("r.trip")).containsExactly("defect|3 fields where the header names 2");
    }

    @Test
    void aLineThatIsNoRowKeepsItsReasonInAKeptBatchToo() throws Exception {
        LoadOptions options = LoadOptions.of("r.trip").withKeepRaw(true);
        loadCsv(options, "id,at\n1,2026-01-01Z\n2,2026-01-01Z,surplus\n");

        assertThat(replay(options).batches("r.trip", EVER, false)).isEqualTo(new Replay.Result(2, 0, 1, 1));
        assertThat(fixture.rejects("r.trip")).containsExactly("defect|3 fields where the header names 2");
    }

    private void loadCsv(LoadOptions options, String file) throws Exception {
        ByteArrayInputStream bytes = new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8));
        try (RecordReader reader = RecordReader.csv(bytes, "file:a.csv", ReaderOptions.DEFAULT)) {
            fixture.loader(options).textual().load(reader.next());
        }
    }

    @Test
    void batchesThatWereNotKeptSaySo() {
        fixture.load("r.trip", "{\"id\": 1}");

        assertThatThrownBy(() -> replay(LoadOptions.of("r.trip")).batches("r.trip", EVER, false))
                .hasMessageContaining("were not kept as received");
    }

    @Test
    void aTableThatNoRouteLoadsSaysSo() {
        assertThatThrownBy(() -> replay(LoadOptions.of("r.trip")).rejects("r.other", EVER, null, false))
                .hasMessageStartingWith("No route loads r.other");
    }
}
