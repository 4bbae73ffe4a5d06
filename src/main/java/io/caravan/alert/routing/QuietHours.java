package io.caravan.alert.routing;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** When a receiver does not want to be disturbed, by the clock of its zone; they may pass midnight. Immutable. */
public final class QuietHours {
    private final List<Shift> hours;
    private final BusinessCalendar calendar;

    private QuietHours(List<Shift> hours, ZoneId zone) {
        this.hours = List.copyOf(hours);
        this.calendar = new BusinessCalendar("quiet hours", zone, hours, SpecialDays.NONE);
    }

    /**
     * Reads {@code * 22:00-07:00} or {@code SAT,SUN 00:00-24:00}, several of them.
     *
     * @throws IllegalArgumentException telling how to write what can't be read
     */
    public static QuietHours parse(List<String> texts, ZoneId zone) {
        return new QuietHours(texts.stream().map(Shift::parse).toList(), zone);
    }

    public boolean isQuiet(Instant moment) {
        return calendar.isOpen(moment);
    }

    /** The moment itself, if it is quiet then, else when the next quiet hours begin; empty: never. */
    public Optional<Instant> beginFrom(Instant moment) {
        return calendar.openFrom(moment);
    }

    /** The moment itself, if it is not quiet then, else the end of the quiet hours. */
    public Instant endFrom(Instant moment) {
        return calendar.closedFrom(moment);
    }

    @Override
    public String toString() {
        return hours + " " + calendar.zone();
    }
}
