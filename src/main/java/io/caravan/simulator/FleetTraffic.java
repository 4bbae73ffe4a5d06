package io.caravan.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The packets of simulated fleets in the order in which they arrived at the provider, made anew from the seed whenever
 * they are read. A second of the stream holds new packets, repeats of earlier ones and malformed records; it can be read
 * when it is over. Commanded bursts add to seconds that nobody has read yet.
 */
final class FleetTraffic implements RecordSource {
    private static final int INDEX_BITS = 24;
    private static final long REPEATS = 1L << 32;
    private static final long MALFORMED = 1L << 33;

    private final SimulatorSettings settings;
    private final Dice dice;
    private final PacketWriter writer;
    private final long firstSecond;
    private final Map<Long, HourPlan> hours = new HashMap<>();
    private final List<Burst> bursts = new ArrayList<>();
    private long[] starts = new long[4096];
    private int secondsCounted;

    FleetTraffic(SimulatorSettings settings, Instant start) {
        this.settings = settings;
        this.dice = new Dice(settings.seed());
        this.writer = new PacketWriter(settings.fleets(), dice);
        this.firstSecond = settings.since().orElse(start).getEpochSecond();
    }

    private record Burst(long from, long to, double rate) {}

    /** A packet by the second in which it first arrived and its place among that second's new packets. */
    private record Place(long second, int index) {
        long identity() {
            return second << INDEX_BITS | index;
        }

        static Place of(long identity) {
            return new Place(identity >> INDEX_BITS, (int) (identity & ((1L << INDEX_BITS) - 1)));
        }
    }

    /** Adds {@code rate} packets a second for so many seconds from now on. */
    synchronized void burst(double rate, int seconds, Instant now) {
        long from = Math.max(now.getEpochSecond(), firstSecond + secondsCounted);
        bursts.add(new Burst(from, from + seconds, rate));
    }

    @Override
    public synchronized long available(Instant now) {
        return startOf(Math.max(firstSecond, now.getEpochSecond()));
    }

    @Override
    public synchronized long arrivedBefore(Instant time, Instant now) {
        if (time.getEpochSecond() < firstSecond) {
            return 0;
        }
        if (time.getEpochSecond() >= now.getEpochSecond()) {
            return available(now);
        }
        long second = time.getEpochSecond();
        int total = countOf(second);
        int within = 0;
        while (within < total && PacketWriter.arrival(second, within, total).isBefore(time)) {
            within++;
        }
        return startOf(second) + within;
    }

    @Override
    public synchronized long firstArrivals(Instant from, Instant to, Instant now) {
        long end = Math.min(to.getEpochSecond(), now.getEpochSecond());
        long count = 0;
        for (long second = Math.max(firstSecond, from.getEpochSecond()); second < end; second++) {
            count += Arrays.stream(originalsOf(second)).sum();
        }
        return count;
    }

    @Override
    public synchronized List<ServedRecord> read(long from, long to) {
        List<ServedRecord> records = new ArrayList<>((int) (to - from));
        long second = from < to ? secondOf(from) : 0;
        for (long ordinal = from; ordinal < to; second++) {
            long start = startOf(second);
            long end = startOf(second + 1);
            Second content = new Second(second, (int) (end - start));
            for (; ordinal < Math.min(end, to); ordinal++) {
                records.add(content.record((int) (ordinal - start)));
            }
        }
        return records;
    }

    @Override
    public synchronized String original(long identity) {
        Place place = Place.of(identity);
        return new Second(place.second(), countOf(place.second()))
                .record(place.index())
                .text();
    }

    @Override
    public synchronized String cursorAt(long ordinal) {
        long second =
                ordinal >= startOf(firstSecond + secondsCounted) ? firstSecond + secondsCounted : secondOf(ordinal);
        return second + "-" + (ordinal - startOf(second));
    }

    @Override
    public synchronized long ordinalAt(String cursor) {
        String[] parts = cursor.split("-", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("No cursor of ours: '" + cursor + "'");
        }
        long second = Long.parseLong(parts[0]);
        int index = Integer.parseInt(parts[1]);
        if (second < firstSecond) {
            return 0;
        }
        if (second > firstSecond + secondsCounted) {
            throw new IllegalArgumentException("Cursor '" + cursor + "' lies in the future");
        }
        return startOf(second) + index;
    }

    /** One second of the stream, opened for reading. */
    private final class Second {
        private final long second;
        private final int total;
        private final int[] originals;
        private final int sumOfOriginals;
        private final List<Place> repeats;

        Second(long second, int total) {
            this.second = second;
            this.total = total;
            this.originals = originalsOf(second);
            this.sumOfOriginals = Arrays.stream(originals).sum();
            this.repeats = repeatsIn(second, sumOfOriginals);
        }

        ServedRecord record(int index) {
            Instant arrival = PacketWriter.arrival(second, index, total);
            if (index < sumOfOriginals) {
                String text = packet(index).text(arrival);
                return new ServedRecord(text, new Place(second, index).identity(), "");
            }
            if (index < sumOfOriginals + repeats.size()) {
                Place place = repeats.get(index - sumOfOriginals);
                SplittableRandom chance = dice.at(second, REPEATS + index);
                Second first = new Second(place.second(), countOf(place.second()), originalsOf(place.second()));
                Instant firstArrival = PacketWriter.arrival(place.second(), place.index(), first.total);
                String text =
                        first.packet(place.index()).repeated(chance.nextBoolean() ? arrival : firstArrival, chance);
                return new ServedRecord(text, place.identity(), "");
            }
            Defect defect = Defect.any(dice.at(second, MALFORMED + index));
            // each from another packet: two records that are wrong in the same way would be repeats of one another
            int spoiled = (index - sumOfOriginals - repeats.size()) % sumOfOriginals;
            String text = defect.spoil(packet(spoiled), arrival);
            return new ServedRecord(text, new Place(second, index).identity(), defect.name());
        }

        private Second(long second, int total, int[] originals) {
            this.second = second;
            this.total = total;
            this.originals = originals;
            this.sumOfOriginals = Arrays.stream(originals).sum();
            this.repeats = List.of();
        }

        private PacketWriter.Packet packet(int index) {
            int fleet = 0;
            int slot = index;
            while (fleet < originals.length - 1 && slot >= originals[fleet]) {
                slot -= originals[fleet];
                fleet++;
            }
            return writer.packet(second, fleet, slot);
        }
    }

    private int[] originalsOf(long second) {
        HourPlan plan = hours.computeIfAbsent(Math.floorDiv(second, 3600L), hour -> HourPlan.of(hour, settings, dice));
        int[] counts = new int[settings.fleets().size()];
        double vehicles = 0;
        for (SimulatedFleet fleet : settings.fleets()) {
            vehicles += fleet.vehicles();
        }
        for (int i = 0; i < counts.length; i++) {
            int size = settings.fleets().get(i).vehicles();
            double rate = plan.rate(i, second) + commandedRate(second) * size / vehicles;
            int most = size * SimulatorSettings.PACKETS_PER_VEHICLE_SECOND;
            counts[i] = Math.min(most, dice.round(rate, second, i));
        }
        return counts;
    }

    private double commandedRate(long second) {
        double rate = 0;
        for (Burst burst : bursts) {
            rate += second >= burst.from() && second < burst.to() ? burst.rate() : 0;
        }
        return rate;
    }

    private List<Place> repeatsIn(long second, int originals) {
        int count = dice.round(settings.resent() * originals, second, REPEATS);
        List<Place> places = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SplittableRandom chance = dice.at(second, REPEATS + 1 + i);
            // strictly inside the promised time, whatever the milliseconds of both
            long earlier = second
                    - chance.nextLong(1, Math.max(2, settings.resentWithin().toSeconds()));
            int choice = earlier < firstSecond
                    ? 0
                    : Arrays.stream(originalsOf(earlier)).sum();
            if (choice > 0) {
                places.add(new Place(earlier, chance.nextInt(choice)));
            }
        }
        return places;
    }

    private int countSecond(long second) {
        int originals = Arrays.stream(originalsOf(second)).sum();
        int malformed = originals == 0 ? 0 : dice.round(settings.malformedRecords() * originals, second, MALFORMED);
        return originals + repeatsIn(second, originals).size() + malformed;
    }

    private int countOf(long second) {
        return (int) (startOf(second + 1) - startOf(second));
    }

    /** The ordinal at which a second starts; counts the seconds up to it when it is the first to ask. */
    private long startOf(long second) {
        int index = Math.toIntExact(second - firstSecond);
        if (index >= starts.length) {
            starts = Arrays.copyOf(starts, Math.max(index + 1, starts.length * 2));
        }
        while (secondsCounted < index) {
            starts[secondsCounted + 1] = starts[secondsCounted] + countSecond(firstSecond + secondsCounted);
            secondsCounted++;
        }
        return starts[index];
    }

    private long secondOf(long ordinal) {
        // of several seconds that start at this ordinal the last one holds it; the others are empty
        int low = 0;
        int high = secondsCounted;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= ordinal) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return firstSecond + low;
    }
}
