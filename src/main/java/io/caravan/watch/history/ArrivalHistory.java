package io.caravan.watch.history;

import io.caravan.watch.detect.HourCount;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** Minutes in which a series had packets, hour by hour without gaps; of some hours nothing may be known. Not for several threads while it is filled. */
public final class ArrivalHistory {
    private static final int HOUR = 3600;

    private final int firstHour;
    private final long[] minutes;
    private final long[] packets;
    private final int[] vehicles;
    private final BitSet unknown = new BitSet();

    /** All hours known and empty. */
    public ArrivalHistory(Instant from, Instant until) {
        firstHour = hourOf(from.getEpochSecond());
        int hours = hourOf(until.getEpochSecond() + HOUR - 1) - firstHour;
        minutes = new long[hours];
        packets = new long[hours];
        vehicles = new int[hours];
    }

    /** What a stream has that merges several: all their packets, wherever at least one of them is known. */
    public static ArrivalHistory merged(List<ArrivalHistory> parts) {
        Instant from = parts.stream()
                .map(part -> part.startOf(0))
                .min(Instant::compareTo)
                .orElseThrow();
        Instant until = parts.stream()
                .map(part -> part.startOf(part.hours()))
                .max(Instant::compareTo)
                .orElseThrow();
        ArrivalHistory all = new ArrivalHistory(from, until);
        for (ArrivalHistory part : parts) {
            for (int hour = 0; hour < part.hours(); hour++) {
                all.add(part.hour(hour));
            }
        }
        return all;
    }

    /** Packets that came within a minute; those outside of the history are passed over. */
    void add(long second, long count) {
        int at = hourOf(second) - firstHour;
        if (at >= 0 && at < minutes.length) {
            minutes[at] |= 1L << (Math.floorMod(second, HOUR) / 60);
            packets[at] += count;
        }
    }

    /** A whole hour as it was counted. */
    public void add(HourCount hour) {
        int at = hourOf(hour.start().getEpochSecond()) - firstHour;
        minutes[at] |= hour.minutes();
        packets[at] += hour.packets();
        vehicles[at] += hour.vehicles();
    }

    /** Of the hours that hold this time nobody knows what came. */
    public void forget(Instant from, Instant until) {
        int start = Math.max(0, hourOf(from.getEpochSecond()) - firstHour);
        int end = Math.min(minutes.length, hourOf(until.getEpochSecond() + HOUR - 1) - firstHour);
        if (start < end) {
            unknown.set(start, end);
        }
    }

    public int hours() {
        return minutes.length;
    }

    public Instant startOf(int hour) {
        return Instant.ofEpochSecond((firstHour + (long) hour) * HOUR);
    }

    int indexOf(Instant moment) {
        return hourOf(moment.getEpochSecond()) - firstHour;
    }

    public boolean isKnown(int hour) {
        return !unknown.get(hour);
    }

    public HourCount hour(int hour) {
        return new HourCount(startOf(hour), minutes[hour], packets[hour], vehicles[hour]);
    }

    /** The same hour if nothing came from its minute {@code end} on. */
    HourCount hourUntil(int hour, int end) {
        long kept = minutes[hour] & ((1L << end) - 1);
        int all = Long.bitCount(minutes[hour]);
        return new HourCount(
                startOf(hour), kept, all == 0 ? 0 : packets[hour] * Long.bitCount(kept) / all, vehicles[hour]);
    }

    /** The start of the first minute with packets at or after a moment, or -1. */
    long nextArrival(long second) {
        int at = hourOf(second) - firstHour;
        long mask = at < minutes.length ? minutes[at] & (-1L << (Math.floorMod(second, HOUR) / 60)) : 0;
        while (mask == 0 && ++at < minutes.length) {
            mask = minutes[at];
        }
        return mask == 0 ? -1 : (firstHour + (long) at) * HOUR + 60L * Long.numberOfTrailingZeros(mask);
    }

    /** How often a packet came so long after the one before. */
    int gapsLongerThan(Duration limit) {
        int gaps = 0;
        long before = Long.MAX_VALUE;
        for (int hour = 0; hour < minutes.length; hour++) {
            for (long left = minutes[hour]; left != 0; left &= left - 1) {
                long at = (firstHour + (long) hour) * HOUR + 60L * Long.numberOfTrailingZeros(left);
                gaps += before != Long.MAX_VALUE && at - before > limit.toSeconds() ? 1 : 0;
                before = at;
            }
        }
        return gaps;
    }

    private static int hourOf(long second) {
        return (int) Math.floorDiv(second, (long) HOUR);
    }
}
