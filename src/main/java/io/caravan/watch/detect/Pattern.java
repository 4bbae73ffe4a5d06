package io.caravan.watch.detect;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a series has taught so far: for each hour of its local week the active minutes, packets and vehicles to expect, and how its level, days and bursts vary. Immutable; a kilobyte in memory
 * and as {@link #toBytes}. It is in local hours, so it moves along with a depot that moves to another zone.
 */
public final class Pattern {
    /** Nothing learned yet. */
    public static final Pattern EMPTY =
            new Pattern(new char[3 * LocalHours.WEEK], Trait.initial(DetectorSettings.DEFAULTS));

    /** More weeks are not told apart. */
    static final int MOST_WEEKS = 15;

    private static final byte VERSION = 2;
    private static final int PACKETS = LocalHours.WEEK;
    private static final int VEHICLES = 2 * LocalHours.WEEK;
    private static final int WEEKS_BITS = 4;
    private static final double LEAST_EFFECT = 1;
    private static final double MOST_EFFECT = 64;
    private static final double STEADY = 1000;
    private static final double TINY = 1e-6;
    private static final int CELLS = 3 * LocalHours.WEEK;
    private static final int LENGTH = 1 + Trait.COUNT * Float.BYTES + CELLS * Character.BYTES;

    private final char[] cells;
    private final float[] traits;

    /** Takes these arrays as its own. */
    Pattern(char[] cells, float[] traits) {
        this.cells = cells;
        this.traits = traits;
    }

    float get(Trait trait) {
        return traits[trait.index()];
    }

    char[] copyOfCells() {
        return cells.clone();
    }

    float[] copyOfTraits() {
        return traits.clone();
    }

    /** Whether a packet was ever learned. */
    public boolean isBorn() {
        return !Float.isNaN(get(Trait.BORN_HOUR));
    }

    /** The hour of the first packet. */
    public Optional<Instant> bornAt() {
        return instant(Trait.BORN_HOUR);
    }

    /** Up to when, exclusive, hours are learned; ask to learn from here on. */
    public Optional<Instant> learnedUntil() {
        return instant(Trait.LEARNED_HOUR);
    }

    /** The newest learned hour with a packet. */
    public Optional<Instant> lastActiveHour() {
        return instant(Trait.LAST_ACTIVE_HOUR);
    }

    /** How often an hour of the local week was seen, up to 15; 0 is Monday 00:00. */
    public int weeks(int hourOfWeek) {
        return weeks(cells, hourOfWeek);
    }

    /** Mean active minutes in an hour of the local week. */
    public double minutes(int hourOfWeek) {
        return SmallFloats.ofWide(cells[hourOfWeek]);
    }

    /** Mean packets in an hour of the local week. */
    public double packets(int hourOfWeek) {
        return SmallFloats.ofWide(cells[PACKETS + hourOfWeek]);
    }

    /** Mean of distinct vehicles in an hour of the local week. */
    public double vehicles(int hourOfWeek) {
        return SmallFloats.ofNarrow(cells[VEHICLES + hourOfWeek] >>> WEEKS_BITS);
    }

    /** Active minutes an hour, mean of the week. */
    public double meanMinutes() {
        return get(Trait.MEAN_MINUTES);
    }

    /** Independent arrivals an hour that make these minutes active, mean of the week. */
    public double meanArrivals() {
        return get(Trait.MEAN_ARRIVALS);
    }

    /** Packets an hour, mean of the week. */
    public double meanPackets() {
        double sum = 0;
        for (int bucket = 0; bucket < LocalHours.WEEK; bucket++) {
            sum += packets(bucket);
        }
        return sum / LocalHours.WEEK;
    }

    /** How many arrivals come as one: 1 for independent ones, 5 to 10 for trips. */
    public double burst() {
        return Math.max(1, get(Trait.BURST_SUM) / get(Trait.BURST_COUNT));
    }

    /** The Gamma shape of the difference between days of work, from 1 (wild) to 64 (all alike). */
    public double dayEffect() {
        return dayEffect(false);
    }

    /** The same of days from Monday to Friday, or of weekends. */
    public double dayEffect(boolean weekend) {
        double variance = get(weekend ? Trait.WEEKEND_VARIANCE : Trait.DAY_VARIANCE);
        return Math.max(LEAST_EFFECT, Math.min(MOST_EFFECT, 1 / Math.max(variance, TINY)));
    }

    /** The Gamma shape of the difference between hours of a day, from 1 (gusts) to 1,000 (as steady as chance allows). */
    public double hourEffect() {
        return Math.max(LEAST_EFFECT, Math.min(STEADY, 1 / Math.max(get(Trait.HOUR_VARIANCE), TINY)));
    }

    /** Today's level: what came of late by what was expected, about 1. */
    public double level() {
        double effect = dayEffect() * burst();
        return (effect + get(Trait.OBSERVED)) / (effect + get(Trait.EXPECTED));
    }

    /** The level up to the newest learned hour with a packet, without any allowance for chance. */
    double levelAtLast() {
        return (1 + get(Trait.OBSERVED_AT_LAST)) / (1 + get(Trait.EXPECTED_AT_LAST));
    }

    /** What the newest holiday, from Monday to Friday, had of an ordinary day; empty before the first. */
    public Optional<Double> holidayShare() {
        return Float.isNaN(get(Trait.HOLIDAY_SHARE))
                ? Optional.empty()
                : Optional.of((double) get(Trait.HOLIDAY_SHARE));
    }

    static int weeks(char[] cells, int hourOfWeek) {
        return cells[VEHICLES + hourOfWeek] & MOST_WEEKS;
    }

    static void setMinutes(char[] cells, int hourOfWeek, double minutes) {
        cells[hourOfWeek] = SmallFloats.wide((float) minutes);
    }

    static void setPackets(char[] cells, int hourOfWeek, double packets) {
        cells[PACKETS + hourOfWeek] = SmallFloats.wide((float) packets);
    }

    static void setVehicles(char[] cells, int hourOfWeek, double vehicles, int weeks) {
        cells[VEHICLES + hourOfWeek] = (char) (SmallFloats.narrow((float) vehicles) << WEEKS_BITS | weeks);
    }

    /** A compact form, under 1.1 KB, that later versions can read. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(VERSION);
        for (float trait : traits) {
            bytes.putFloat(trait);
        }
        for (char cell : cells) {
            bytes.putChar(cell);
        }
        return bytes.array();
    }

    /**
     * The pattern that {@link #toBytes} gave.
     *
     * @throws IllegalArgumentException when these bytes are no pattern of a known version
     */
    public static Pattern ofBytes(byte[] stored) {
        if (stored.length != LENGTH || stored[0] != VERSION) {
            throw new IllegalArgumentException("A stored pattern of " + stored.length + " bytes, version "
                    + (stored.length == 0 ? "none" : stored[0]) + ", is not of this program; it reads version "
                    + VERSION + " of " + LENGTH + " bytes. Delete it: it is learned anew from the kept hours.");
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored, 1, LENGTH - 1);
        float[] traits = new float[Trait.COUNT];
        for (int i = 0; i < traits.length; i++) {
            traits[i] = bytes.getFloat();
        }
        char[] cells = new char[CELLS];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = bytes.getChar();
        }
        return new Pattern(cells, traits);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Pattern pattern
                && Arrays.equals(traits, pattern.traits)
                && Arrays.equals(cells, pattern.cells);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(traits) + Arrays.hashCode(cells);
    }

    @Override
    public String toString() {
        return "Pattern[learned until " + learnedUntil().map(Instant::toString).orElse("never") + ", " + meanMinutes()
                + " active minutes an hour, burst " + burst() + ", day effect " + dayEffect() + "]";
    }

    private Optional<Instant> instant(Trait hour) {
        return Float.isNaN(get(hour)) ? Optional.empty() : Optional.of(HourCount.instant((int) get(hour)));
    }
}
