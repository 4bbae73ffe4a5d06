package io.caravan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.database.Database;
import io.caravan.simulator.LedgerEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The packets of the telematics example, as the provider's ledger and as the table have them, for comparison. */
final class Packets {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Packets() {}

    record Packet(int car, Instant time, JsonNode data) {}

    /** Those of the ledger that are sound. */
    static List<Packet> of(Collection<LedgerEntry> entries) {
        return entries.stream()
                .filter(LedgerEntry::isSound)
                .map(entry -> json(entry.text()))
                .map(packet -> new Packet(
                        packet.get("car_id").intValue(),
                        Instant.parse(packet.get("rtc_time").textValue()),
                        packet.get("data")))
                .toList();
    }

    static List<Packet> inTable(Database database, String table) {
        return database.inTransaction(connection -> {
            List<Packet> packets = new ArrayList<>();
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT car_id, rtc_time, data::text FROM " + table)) {
                while (row.next()) {
                    packets.add(new Packet(
                            row.getInt(1),
                            row.getObject(2, OffsetDateTime.class).toInstant(),
                            json(row.getString(3))));
                }
            }
            return packets;
        });
    }

    static long count(Database database, String from) {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT count(*) FROM " + from)) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
