package io.caravan.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * The packets that every contender loads: about 95 bytes of data each, a tenth of them sent before within the last 5,000, with their
 * keys in another order. The same number gives the same packets, in each process.
 */
final class Packets {
    private static final long SEED = 20_260_101;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int VEHICLES = 5_000;
    private static final int PER_SECOND = 200;
    private static final int REPEAT_WITHIN = 5_000;
    private static final double REPEATED = 0.1;

    private final List<Packet> packets;

    private Packets(List<Packet> packets) {
        this.packets = packets;
    }

    /**
     * One packet as it is sent.
     *
     * @param original place of the packet that it repeats, or its own
     */
    record Packet(int carId, String rtcTime, String createdAt, List<String> members, int original, long shuffle) {
        String data() {
            return "{" + String.join(",", shuffled(members, shuffle)) + "}";
        }

        /** The whole record as JSON. */
        String text() {
            List<String> fields = List.of(
                    "\"car_id\":" + carId,
                    "\"rtc_time\":\"" + rtcTime + '"',
                    "\"created_at\":\"" + createdAt + '"',
                    "\"data\":" + data());
            return "{" + String.join(",", shuffled(fields, shuffle)) + "}";
        }

        private static List<String> shuffled(List<String> members, long shuffle) {
            if (shuffle == 0) {
                return members;
            }
            List<String> others = new ArrayList<>(members);
            Collections.shuffle(others, new Random(shuffle));
            return others;
        }
    }

    static Packets generate(int count) {
        Random random = new Random(SEED);
        List<Packet> packets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean repeats = i > 0 && random.nextDouble() < REPEATED;
            Packet packet = fresh(i, random);
            packets.add(repeats ? repeat(packets, packet, random) : packet);
        }
        return new Packets(packets);
    }

    private static Packet fresh(int place, Random random) {
        Instant arrival = BEGIN.plusMillis(place * 1_000L / PER_SECOND);
        List<String> members = List.of(
                String.format(Locale.ROOT, "\"lat\":%.6f", 51.9 + random.nextDouble() / 2),
                String.format(Locale.ROOT, "\"lon\":%.6f", 4.3 + random.nextDouble()),
                "\"speed\":" + random.nextInt(1_300) / 10.0,
                "\"rpm\":" + (700 + random.nextInt(3_000)),
                "\"fuel\":" + random.nextInt(1_000) / 10.0,
                "\"ignition\":" + (random.nextInt(20) > 0),
                "\"gear\":\"" + (random.nextInt(8) == 0 ? "neutral" : "drive") + '"');
        return new Packet(
                100_000 + random.nextInt(VEHICLES),
                Instant.ofEpochSecond(arrival.getEpochSecond()).toString(),
                arrival.toString(),
                members,
                place,
                0);
    }

    private static Packet repeat(List<Packet> before, Packet now, Random random) {
        int place = before.size() - 1 - random.nextInt(Math.min(REPEAT_WITHIN, before.size()));
        Packet original = before.get(before.get(place).original());
        return new Packet(
                original.carId(),
                original.rtcTime(),
                now.createdAt(),
                original.members(),
                original.original(),
                1 + random.nextInt(Integer.MAX_VALUE - 1));
    }

    int count() {
        return packets.size();
    }

    /** Packets {@code [from, to)}, as far as there are. */
    List<Packet> slice(int from, int to) {
        return packets.subList(Math.min(from, count()), Math.min(to, count()));
    }

    /** How many rows the first {@code count} packets must become. */
    int distinct(int count) {
        Set<Integer> originals = new HashSet<>();
        slice(0, count).forEach(packet -> originals.add(packet.original()));
        return originals.size();
    }
}
