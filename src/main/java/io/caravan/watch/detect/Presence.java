package io.caravan.watch.detect;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Which part of a merged stream is to be expected in single hours, since members of it are off in them. Immutable. */
public final class Presence {
    /** Everybody is there, always. */
    public static final Presence FULL = new Presence(Map.of());

    /** So much more than their patterns say counts as missing without them, since patterns are only means. */
    private static final double MARGIN = 1.1;

    /** From so many active minutes on an hour of a merged stream doesn't tell how many arrivals it had. */
    private static final double NEARLY_FULL = 45;

    private static final Share ALL = new Share(1, 1, 1);

    private final Map<Integer, Share> shares;

    /** Each from 0, nobody is there, to 1. */
    record Share(double arrivals, double packets, double vehicles) {
        private Share less(Share other) {
            return new Share(
                    Math.max(0, arrivals + other.arrivals - 1),
                    Math.max(0, packets + other.packets - 1),
                    Math.max(0, vehicles + other.vehicles - 1));
        }
    }

    private Presence(Map<Integer, Share> shares) {
        this.shares = Map.copyOf(shares);
    }

    Share at(int utcHour) {
        return shares.isEmpty() ? ALL : shares.getOrDefault(utcHour, ALL);
    }

    /** Without those who are missing here, and without those who are missing there. */
    public Presence and(Presence other) {
        Map<Integer, Share> both = new HashMap<>(shares);
        other.shares.forEach((hour, share) -> both.merge(hour, share, Share::less));
        return both.isEmpty() ? FULL : new Presence(both);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Presence that && shares.equals(that.shares);
    }

    @Override
    public int hashCode() {
        return shares.hashCode();
    }

    /** What members who are off would have sent, added up hour by hour. For one thread. */
    public static final class Missing {
        private final DetectorSettings settings;
        private final Map<Integer, Amount> amounts = new HashMap<>();

        private static final class Amount {
            private double arrivals;
            private double packets;
            private double vehicles;
        }

        public Missing(DetectorSettings settings) {
            this.settings = settings;
        }

        /** A member that is missing for a time, whatever its calendar says. */
        public void add(Pattern pattern, Expectation expectation, Instant from, Instant until) {
            ExpectedWeek week = new ExpectedWeek(pattern, expectation, settings);
            long end = until.getEpochSecond();
            for (long at = from.getEpochSecond(); at < end; ) {
                int hour = (int) Math.floorDiv(at, (long) HourCount.SECONDS);
                long next = Math.min(end, (hour + 1L) * HourCount.SECONDS);
                add(week.at(hour), hour, (next - at) / (double) HourCount.SECONDS);
                at = next;
            }
        }

        /** A member for those hours in which it is off while the merged stream as a whole isn't. */
        void addWhereOff(Pattern pattern, Expectation expectation, OffHours off) {
            ExpectedWeek week = new ExpectedWeek(pattern, expectation, settings);
            off.forEach((hour, part) -> add(week.at(hour), hour, part));
        }

        private void add(ExpectedWeek week, int hour, double part) {
            Amount amount = amounts.computeIfAbsent(hour, each -> new Amount());
            amount.arrivals += part * ExpectedWeek.arrivalsOf(week.ordinaryMinutes());
            amount.packets += part * week.ordinaryPackets();
            amount.vehicles += part * week.ordinaryVehicles();
        }

        public boolean isNone() {
            return amounts.isEmpty();
        }

        /**
         * What is left of the merged stream.
         *
         * @param arrivals an hour of all members together, mean of the week: more than can be told of a stream whose minutes are all full
         */
        public Presence of(Pattern merged, Expectation expectation, double arrivals) {
            ExpectedWeek week = new ExpectedWeek(merged, expectation.withPresence(FULL), settings);
            double full = arrivalsInFullHours(merged, arrivals);
            Map<Integer, Share> shares = new HashMap<>();
            amounts.forEach((hour, missing) -> {
                week.at(hour);
                double minutes = week.ordinaryMinutes();
                double all = ExpectedWeek.arrivalsOf(minutes);
                shares.put(
                        hour,
                        new Share(
                                left(missing.arrivals, minutes < NEARLY_FULL ? all : Math.max(all, full)),
                                left(missing.packets, week.ordinaryPackets()),
                                left(missing.vehicles, week.ordinaryVehicles())));
            });
            return shares.isEmpty() ? FULL : new Presence(shares);
        }

        /** Half of what its members have sent in such hours on average, since hours differ. */
        private static double arrivalsInFullHours(Pattern merged, double arrivals) {
            double rest = arrivals * LocalHours.WEEK;
            int hours = 0;
            for (int bucket = 0; bucket < LocalHours.WEEK; bucket++) {
                if (merged.minutes(bucket) < NEARLY_FULL) {
                    rest -= ExpectedWeek.arrivalsOf(merged.minutes(bucket));
                } else {
                    hours++;
                }
            }
            return hours == 0 ? 0 : rest / hours / 2;
        }

        private static double left(double missing, double all) {
            return all <= 0 ? 1 : Math.max(0, 1 - MARGIN * missing / all);
        }
    }
}
