package io.caravan.bench;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.CanonicalForm;
import io.caravan.batch.Fingerprinter;
import io.caravan.batch.JsonPage;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordParser;
import io.caravan.bench.Packets.Packet;
import io.caravan.bench.Stopwatch.Measured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * The floor: the least that PostgreSQL must do for these rows, by bare JDBC. A page is one transaction: COPY into an unlogged table, then one INSERT … SELECT …
 * ON CONFLICT DO NOTHING. Each page has a table of its own, made before the watch starts, so that no time goes into emptying one. No checks, no logs, no cursor.
 */
final class BareCopy implements Contender {
    private static final JsonPointer RECORDS = JsonPointer.compile("/data");

    private final BenchDatabase database;
    private final PageServerProcess server;
    private final Packets packets;
    private final boolean parses;

    /** @param parses fetches, parses and hashes the pages too, on the same thread; otherwise the rows are prepared before the watch starts */
    BareCopy(BenchDatabase database, PageServerProcess server, Packets packets, boolean parses) {
        this.database = database;
        this.server = server;
        this.packets = packets;
        this.parses = parses;
    }

    @Override
    public String name() {
        return parses ? "floor-with-parsing" : "floor";
    }

    @Override
    public String does() {
        return parses
                ? "the floor, and before each COPY: the page over HTTP, parsed strictly, hashed, repeats dropped by a set in memory"
                : "bare JDBC, rows prepared beforehand: COPY into an unlogged table, one INSERT … ON CONFLICT DO NOTHING, a page a transaction";
    }

    @Override
    public Measured run(int pageSize, int records, Stopwatch watch) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            createTables(statement, (records + pageSize - 1) / pageSize);
            connection.setAutoCommit(false);
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            if (parses) {
                return parsing(pageSize, records, watch, connection, copy);
            }
            List<byte[]> pages = prepared(pageSize, records);
            watch.start();
            for (int page = 0; page < pages.size(); page++) {
                insert(connection, copy, page, pages.get(page));
            }
            return watch.stop(records);
        }
    }

    private Measured parsing(int pageSize, int records, Stopwatch watch, Connection connection, CopyManager copy)
            throws Exception {
        Fingerprinter key = new Fingerprinter(CanonicalForm.EXACT, List.of("car_id", "rtc_time", "data"));
        Set<UUID> seen = new HashSet<>();
        watch.start();
        for (int from = 0; from < records; from += pageSize) {
            byte[] body = server.page(pageSize, records, from);
            int page = from / pageSize;
            insert(connection, copy, page, rows(JsonPage.read(body, RECORDS, RecordParser.STRICT), key, seen));
        }
        return watch.stop(records);
    }

    private static byte[] rows(JsonPage page, Fingerprinter key, Set<UUID> seen) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream(1 << 16);
        for (RawRecord record : page.records()) {
            JsonNode value = record.value();
            if (seen.add(key.of(value).hash())) {
                rows.writeBytes(row(
                        value.get("car_id").asText(),
                        value.get("rtc_time").asText(),
                        value.get("created_at").asText(),
                        value.get("data").toString()));
            }
        }
        return rows.toByteArray();
    }

    private List<byte[]> prepared(int pageSize, int records) {
        List<byte[]> pages = new ArrayList<>();
        for (int from = 0; from < records; from += pageSize) {
            ByteArrayOutputStream rows = new ByteArrayOutputStream(1 << 16);
            for (Packet packet : packets.slice(from, Math.min(records, from + pageSize))) {
                rows.writeBytes(
                        row(String.valueOf(packet.carId()), packet.rtcTime(), packet.createdAt(), packet.data()));
            }
            pages.add(rows.toByteArray());
        }
        return pages;
    }

    /** A line of COPY's text format; packets hold neither tabs nor backslashes. */
    private static byte[] row(String carId, String rtcTime, String createdAt, String data) {
        return String.join("\t", carId, rtcTime, createdAt, data).concat("\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void insert(Connection connection, CopyManager copy, int page, byte[] rows)
            throws SQLException, IOException {
        CopyIn in = copy.copyIn("COPY bench_staged.page_" + page + " FROM STDIN");
        in.writeToCopy(rows, 0, rows.length);
        in.endCopy();
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO bench.packet (car_id, rtc_time, created_at, data) SELECT * FROM bench_staged.page_"
                            + page + " ON CONFLICT DO NOTHING");
        }
        connection.commit();
    }

    private static void createTables(Statement statement, int pages) throws SQLException {
        statement.execute("DROP SCHEMA IF EXISTS bench_staged CASCADE");
        statement.execute("CREATE SCHEMA bench_staged");
        for (int page = 0; page < pages; page++) {
            statement.execute("CREATE UNLOGGED TABLE bench_staged.page_" + page
                    + " (car_id int, rtc_time timestamptz, created_at timestamptz, data jsonb)");
        }
    }
}
