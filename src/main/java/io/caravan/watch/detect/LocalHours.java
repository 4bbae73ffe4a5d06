package io.caravan.watch.detect;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * A zone's clock for hours of UTC: which hour of the week and which date one is. An hour is named by the local time of its start, so that in a zone of half hours the bucket "08" is
 * 08:30-09:30, always the same. Safe for any thread.
 */
final class LocalHours {
    static final int WEEK = 168;
    static final int SATURDAY = 120;
    static final int SUNDAY = 144;
    /** 1970-01-01 was a Thursday; weeks begin on Monday. */
    private static final int EPOCH_HOUR_OF_WEEK = 72;

    private final ZoneRules rules;
    private volatile Span span;

    /** A time during which the offset doesn't change; found once, since asking a zone costs more than all the rest of a step. */
    private record Span(int from, int until, int offset) {
        boolean contains(int hour) {
            return hour >= from && hour < until;
        }
    }

    LocalHours(ZoneId zone) {
        this.rules = zone.getRules();
        this.span = spanOf(0);
    }

    /** Local full hours since 1970. */
    int local(int hour) {
        Span known = span;
        if (!known.contains(hour)) {
            known = spanOf(hour);
            span = known;
        }
        return (int) Math.floorDiv((long) hour * HourCount.SECONDS + known.offset(), (long) HourCount.SECONDS);
    }

    /** From 0, Monday at 00:00, to 167. */
    static int ofWeek(int localHour) {
        return Math.floorMod(localHour + EPOCH_HOUR_OF_WEEK, WEEK);
    }

    static int dayOf(int localHour) {
        return Math.floorDiv(localHour, 24);
    }

    /** Of a date in days since 1970: Saturday and Sunday. */
    static boolean isWeekend(int day) {
        return ofWeek(24 * day) >= SATURDAY;
    }

    private Span spanOf(int hour) {
        Instant start = HourCount.instant(hour);
        ZoneOffsetTransition before = rules.previousTransition(start.plusNanos(1));
        ZoneOffsetTransition after = rules.nextTransition(start);
        int offset = rules.getOffset(start).getTotalSeconds();
        return new Span(
                before == null ? Integer.MIN_VALUE : ceiling(before.getInstant()),
                after == null ? Integer.MAX_VALUE : ceiling(after.getInstant()),
                offset);
    }

    /** The offset of an hour is that at its start, so a change within an hour counts from the next one. */
    private static int ceiling(Instant moment) {
        return (int) -Math.floorDiv(-moment.getEpochSecond(), (long) HourCount.SECONDS);
    }
}
