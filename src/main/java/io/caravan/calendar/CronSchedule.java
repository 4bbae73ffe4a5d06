package io.caravan.calendar;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A cron expression on the clock of a zone; its rule for clock changes is told at {@link Schedule}. */
record CronSchedule(CronExpression expression, ZoneId zone) implements Schedule {
    private static final int YEARS = 100;

    /**
     * Walks from one change of the clocks to the next. Between two of them the clock on the wall runs evenly, so that a local tick is a moment; at
     * each change the rule for gap or overlap decides.
     */
    @Override
    public Optional<Instant> next(Instant from, boolean inclusive) {
        ZoneRules rules = zone.getRules();
        if (inclusive && isMovedTo(from)) {
            return Optional.of(from);
        }
        ZoneOffset offset = rules.getOffset(from);
        LocalDateTime begin = beginOf(from, inclusive);
        LocalDateTime limit = begin.plusYears(YEARS);
        ZoneOffsetTransition change = rules.nextTransition(from);
        while (true) {
            Optional<LocalDateTime> tick = expression.next(begin).filter(found -> found.isBefore(limit));
            if (change == null
                    || tick.filter(isBefore(change.getDateTimeBefore())).isPresent()) {
                ZoneOffset valid = offset;
                return tick.map(found -> found.toInstant(valid));
            }
            if (tick.isEmpty()) {
                return Optional.empty();
            }
            if (change.isGap()
                    && tick.filter(isBefore(change.getDateTimeAfter())).isPresent()) {
                return Optional.of(change.getInstant());
            }
            begin = afterChange(change);
            offset = change.getOffsetAfter();
            change = rules.nextTransition(change.getInstant());
        }
    }

    @Override
    public Optional<String> remark(Instant tick) {
        LocalDateTime local = tick.atZone(zone).toLocalDateTime();
        ZoneOffsetTransition gap = changeAt(tick);
        if (gap != null && isMovedTo(tick) && !expression.matches(local)) {
            return Optional.of("moved to the end of a gap: " + clocks("forward", gap));
        }
        ZoneOffsetTransition overlap = zone.getRules().getTransition(local);
        if (overlap == null || !overlap.isOverlap()) {
            return Optional.empty();
        }
        boolean first = tick.isBefore(overlap.getInstant());
        String only = expression.isInterval() ? "" : "; a fixed time ticks at the first only";
        return Optional.of((first ? "first" : "second") + " of two passes: " + clocks("back", overlap) + only);
    }

    private String clocks(String direction, ZoneOffsetTransition change) {
        return "the clocks of " + Moments.name(zone) + " go " + direction + " from "
                + change.getDateTimeBefore().toLocalTime() + " to "
                + change.getDateTimeAfter().toLocalTime();
    }

    /** The local time to search from: whole seconds, and beyond an overlap's second pass if it doesn't count. */
    private LocalDateTime beginOf(Instant from, boolean inclusive) {
        LocalDateTime local = from.atZone(zone).toLocalDateTime();
        ZoneOffsetTransition overlap = zone.getRules().getTransition(local);
        boolean secondPass = overlap != null && overlap.isOverlap() && !from.isBefore(overlap.getInstant());
        if (secondPass && !expression.isInterval()) {
            return overlap.getDateTimeBefore();
        }
        LocalDateTime second = local.withNano(0);
        return inclusive && second.equals(local) ? second : second.plusSeconds(1);
    }

    private LocalDateTime afterChange(ZoneOffsetTransition change) {
        boolean skipSecondPass = change.isOverlap() && !expression.isInterval();
        return skipSecondPass ? change.getDateTimeBefore() : change.getDateTimeAfter();
    }

    /** Whether a gap ends at this moment that a tick lies in. */
    private boolean isMovedTo(Instant moment) {
        ZoneOffsetTransition change = changeAt(moment);
        return change != null
                && change.isGap()
                && expression
                        .next(change.getDateTimeBefore())
                        .filter(isBefore(change.getDateTimeAfter()))
                        .isPresent();
    }

    private @Nullable ZoneOffsetTransition changeAt(Instant moment) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(moment.minusNanos(1));
        return change != null && change.getInstant().equals(moment) ? change : null;
    }

    private static Predicate<LocalDateTime> isBefore(LocalDateTime end) {
        return local -> local.isBefore(end);
    }
}
