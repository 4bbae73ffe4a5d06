package io.caravan.watch.detect;

import io.caravan.calendar.Moments;
import io.caravan.watch.detect.Explanation.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Says verdicts in words, with times by the series' own clock, which each sentence names once: {@code Acme NL: 0 packets since 09:12 (Europe/Amsterdam); on a Tuesday 09:12–12:00 it sends 1,840 ± 210; such a gap happens once in 40 years; not a
 * holiday in NL.} Events, commands and pages all take their words from here. Safe for any thread.
 */
public final class Explanations {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);
    private static final int LONGEST_CODE = 6;

    private final Detector detector;

    public Explanations(Detector detector) {
        this.detector = detector;
    }

    /** Of a silence, whether or not it is an alarm. */
    public Explanation silence(String name, Pattern pattern, Expectation expectation, SilenceVerdict verdict) {
        Typical typical = detector.typical(pattern, expectation, verdict.since(), verdict.now());
        boolean known = detector.knows(pattern, expectation, verdict.since(), verdict.now());
        String sentence = "%s: 0 packets since %s; %s; %s; %s."
                .formatted(
                        name,
                        since(verdict.since(), verdict.now(), expectation),
                        known ? usually(typical, expectation) : tooYoung(expectation, verdict),
                        rarity(verdict),
                        calendar(pattern, expectation, verdict.now()));
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("last packet", dateAndTime(verdict.since(), expectation)));
        rows.add(new Row("silent for", duration(verdict.silence())));
        rows.add(new Row("usually sends in this time", known ? packets(typical) + " packets" : "not known yet"));
        rows.add(new Row("expected active minutes", "%.1f".formatted(verdict.exposure())));
        rows.add(new Row("score", "%.2f of %.2f".formatted(verdict.score(), verdict.threshold())));
        rows.add(new Row("by chance", rarity(verdict)));
        verdict.lateAt().ifPresent(at -> rows.add(new Row("late from", dateAndTime(at, expectation))));
        verdict.alarmAt().ifPresent(at -> rows.add(new Row("silent from", dateAndTime(at, expectation))));
        rows.addAll(background(pattern, expectation, verdict.now()));
        return new Explanation(sentence, rows);
    }

    /** Of too few vehicles. */
    public Explanation vehicles(String name, Pattern pattern, Expectation expectation, ShareVerdict verdict) {
        return share(name, "vehicle hours", pattern, expectation, verdict);
    }

    /** Of too few packets. */
    public Explanation volume(String name, Pattern pattern, Expectation expectation, ShareVerdict verdict) {
        return share(name, "packets", pattern, expectation, verdict);
    }

    /** Of packets that come, but old. */
    public Explanation lag(String name, Expectation expectation, Instant newestEvent, LagVerdict verdict) {
        String sentence = "%s: packets arrive, but the newest is of %s, %s old; up to %s is usual."
                .formatted(
                        name,
                        Moments.inZone(dateAndTime(newestEvent, expectation), expectation.zone()),
                        duration(verdict.lag()),
                        duration(verdict.limit()));
        return new Explanation(
                sentence,
                List.of(
                        new Row("newest event", dateAndTime(newestEvent, expectation)),
                        new Row("lag", duration(verdict.lag())),
                        new Row("limit", duration(verdict.limit()))));
    }

    private Explanation share(
            String name, String what, Pattern pattern, Expectation expectation, ShareVerdict verdict) {
        String sentence = "%s: %,.0f %s from %s to %s, %.0f %% of the usual %,.0f; %s."
                .formatted(
                        name,
                        verdict.observed(),
                        what,
                        DAY_AND_TIME.format(local(verdict.from(), expectation)),
                        Moments.inZone(DAY_AND_TIME.format(local(verdict.until(), expectation)), expectation.zone()),
                        100 * verdict.share(),
                        verdict.expected(),
                        calendar(pattern, expectation, verdict.until()));
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("from", dateAndTime(verdict.from(), expectation)));
        rows.add(new Row("until", dateAndTime(verdict.until(), expectation)));
        rows.add(new Row(what, "%,.0f".formatted(verdict.observed())));
        rows.add(new Row("usually", "%,.0f".formatted(verdict.expected())));
        rows.add(new Row("score", "%.2f".formatted(verdict.score())));
        rows.addAll(background(pattern, expectation, verdict.until()));
        return new Explanation(sentence, rows);
    }

    private List<Row> background(Pattern pattern, Expectation expectation, Instant now) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("calendar", calendar(pattern, expectation, now)));
        expectation
                .windowAt(now)
                .ifPresent(window -> rows.add(new Row(
                        window.kind().name().toLowerCase(Locale.ROOT),
                        "until " + dateAndTime(window.until(), expectation)
                                + (window.note().isEmpty() ? "" : ": " + window.note()))));
        rows.add(new Row("level of late", "%.0f %% of the usual".formatted(100 * pattern.level())));
        rows.add(new Row("packets that come as one", "%.1f".formatted(pattern.burst())));
        rows.add(new Row("days differ by", "%.0f %%".formatted(100 / Math.sqrt(pattern.dayEffect()))));
        rows.add(new Row("learned", learned(pattern, expectation)));
        return rows;
    }

    private String learned(Pattern pattern, Expectation expectation) {
        if (!pattern.isBorn()) {
            return expectation
                    .prior()
                    .map(week -> "nothing yet; expected is what its "
                            + (week.source() == WeekPrior.Source.SCHEDULE ? "schedule says" : "peers do"))
                    .orElse("nothing yet");
        }
        return pattern.bornAt()
                .map(born -> "since " + dateAndTime(born, expectation)
                        + (detector.isYoung(pattern) ? ", not yet every hour of the week" : ""))
                .orElse("");
    }

    private static String tooYoung(Expectation expectation, SilenceVerdict verdict) {
        return expectation
                .prior()
                .map(week -> "it is too young to be known, so %s: %.1f active minutes"
                        .formatted(
                                week.source() == WeekPrior.Source.SCHEDULE
                                        ? "its schedule counts"
                                        : "what its peers do counts",
                                verdict.exposure()))
                .orElse("it is too young to be known, so nothing is expected of hours that it hasn't lived through");
    }

    private static String usually(Typical typical, Expectation expectation) {
        ZonedDateTime from = local(typical.from(), expectation);
        ZonedDateTime until = local(typical.until(), expectation);
        String when = from.toLocalDate().equals(until.toLocalDate())
                ? "on a " + from.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH) + " " + TIME.format(from)
                        + "–" + TIME.format(until)
                : "from " + DAY_AND_TIME.format(from) + " to " + moment(until, from);
        return when + " it sends " + packets(typical);
    }

    /** Within a week the day's name is enough. */
    private static String moment(ZonedDateTime until, ZonedDateTime from) {
        return from.plusWeeks(1).isAfter(until) ? DAY_AND_TIME.format(until) : DATE_AND_TIME.format(until);
    }

    private static String packets(Typical typical) {
        int digits = typical.packets() < 10 ? 1 : 0;
        return ("%,." + digits + "f ± %,." + digits + "f").formatted(typical.packets(), typical.spread());
    }

    private static String since(Instant since, Instant now, Expectation expectation) {
        ZonedDateTime from = local(since, expectation);
        LocalDate today = local(now, expectation).toLocalDate();
        long days = ChronoUnit.DAYS.between(from.toLocalDate(), today);
        DateTimeFormatter format = days == 0 ? TIME : days < 7 ? DAY_AND_TIME : DATE_AND_TIME;
        return Moments.inZone(format.format(from), expectation.zone());
    }

    private static String rarity(SilenceVerdict verdict) {
        if (verdict.exposure() <= 0) {
            return "nothing was due";
        }
        double years = verdict.yearsBetween();
        if (years >= 1000) {
            return "such a gap happens less than once in 1,000 years";
        }
        if (years >= 1) {
            return "such a gap happens once in %,.0f years".formatted(years);
        }
        double perYear = 1 / years;
        return perYear > 400
                ? "such a gap happens every day"
                : "such a gap happens %,.0f times a year".formatted(Math.max(2, perYear));
    }

    private String calendar(Pattern pattern, Expectation expectation, Instant now) {
        SpecialDates dates = expectation.specialDates();
        if (dates.equals(SpecialDates.NONE)) {
            return "no calendar of holidays is known";
        }
        LocalDate today = local(now, expectation).toLocalDate();
        String where = dates.calendarNames().stream().map(Explanations::place).collect(Collectors.joining(" and "));
        DayType type = dates.typeOn(today);
        String name = dates.nameOn(today).orElse("");
        return switch (type) {
            case ORDINARY -> "not a holiday " + where;
            case WEAK -> name + " (" + where + "): less is expected";
            case HOLIDAY ->
                name + " (" + where + "): "
                        + (detector.dayType(pattern, expectation, now) == DayType.HOLIDAY
                                ? "little is expected"
                                : "a day as any other for it");
        };
    }

    /** {@code nl} is in NL, {@code nl-workdays} a calendar. */
    private static String place(String calendar) {
        return calendar.length() <= LONGEST_CODE ? "in " + calendar.toUpperCase(Locale.ROOT) : "by " + calendar;
    }

    private static String duration(Duration duration) {
        long minutes = duration.toMinutes();
        if (minutes < 60) {
            return minutes + " min";
        }
        return minutes < 48 * 60
                ? "%d h %d min".formatted(minutes / 60, minutes % 60)
                : "%d days %d h".formatted(minutes / 1440, minutes / 60 % 24);
    }

    private static String dateAndTime(Instant moment, Expectation expectation) {
        return DATE_AND_TIME.format(local(moment, expectation));
    }

    private static ZonedDateTime local(Instant moment, Expectation expectation) {
        return moment.atZone(expectation.zone());
    }
}
