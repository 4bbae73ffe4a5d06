package io.caravan.calendar;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** How people write moments: with an offset, or by the clock on a zone's wall. */
public final class Moments {
    private static final DateTimeFormatter TEXT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[' '][XXXXX][XXXX][X]")
            .optionalStart()
            .appendLiteral('[')
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter(Locale.ROOT)
            .withChronology(IsoChronology.INSTANCE)
            .withResolverStyle(ResolverStyle.STRICT);

    private Moments() {}

    /**
     * Reads {@code 2026-03-29T01:30:00Z}, {@code 2026-03-29T02:30+01:00}, {@code 2026-03-29 02:30} or {@code 2026-03-29}. What names no offset goes by the zone's clock: in a gap its
     * end is meant, in an hour that comes twice the first pass; a date alone is its beginning.
     *
     * @throws IllegalArgumentException telling how to write it
     */
    public static Instant parse(String text, ZoneId zone) {
        try {
            TemporalAccessor read = TEXT.parseBest(
                    text.strip(), ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (read instanceof ZonedDateTime zoned) {
                return zoned.toInstant();
            }
            if (read instanceof OffsetDateTime withOffset) {
                return withOffset.toInstant();
            }
            return read instanceof LocalDateTime local
                    ? WallClock.moment(local, zone)
                    : LocalDate.from(read).atStartOfDay(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no moment; write it such as 2026-03-29T01:30:00Z, 2026-03-29T02:30+01:00, or 2026-03-29T02:30 by the clock of "
                            + name(zone) + ".",
                    e);
        }
    }

    /** How people call a zone: {@code Europe/Amsterdam}, {@code UTC}, {@code UTC+05:30}. */
    public static String name(ZoneId zone) {
        ZoneId plain = zone.normalized();
        return plain.equals(ZoneOffset.UTC)
                ? "UTC"
                : plain instanceof ZoneOffset ? "UTC" + plain.getId() : zone.getId();
    }

    /** A time as a zone's clock shows it, with whose clock that is: {@code 09:12 (Europe/Amsterdam)}, {@code 09:12 UTC}. */
    public static String inZone(String shown, ZoneId zone) {
        return zone.normalized() instanceof ZoneOffset ? shown + " " + name(zone) : shown + " (" + name(zone) + ")";
    }

    /**
     * Reads the name of a zone, such as {@code Europe/Amsterdam}.
     *
     * @throws IllegalArgumentException telling how to write it
     */
    public static ZoneId zone(String name) {
        try {
            return ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no time zone; write one of the tz database, such as Europe/Amsterdam or UTC.",
                    e);
        }
    }
}
