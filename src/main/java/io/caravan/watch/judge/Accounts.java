package io.caravan.watch.judge;

import io.caravan.calendar.Moments;
import io.caravan.watch.cause.Fact;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Explanation;
import io.caravan.watch.detect.Explanations;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.ShareVerdict;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.Changes;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.Spoken;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts into words what a look has found, with the numbers behind it. For one thread. */
final class Accounts {
    private static final int SAMPLE = 20;

    private final Explanations explanations;
    private final Windows windows;
    private final MembershipRepository members;
    private final Lessons lessons;

    Accounts(Detector detector, Windows windows, MembershipRepository members, Lessons lessons) {
        this.explanations = new Explanations(detector);
        this.windows = windows;
        this.members = members;
        this.lessons = lessons;
    }

    /** When the trouble itself began. */
    Instant since(Row row, Judgement judgement, EpisodeKind kind, Instant now) {
        Instant lastPacket = judgement.lastArrival().orElse(row.series().bornAt());
        Instant since = switch (kind) {
            case SILENT, ERRORS, TOO_MANY_FLEETS -> lastPacket;
            case PARTIAL ->
                share(row, judgement, kind, now)
                        .filter(verdict -> isToldOf(verdict, row))
                        .map(ShareVerdict::from)
                        .or(() -> members.quietSince(row.series().id()))
                        .orElse(row.standing().heldSince().orElse(now));
            case VOLUME_DROP ->
                share(row, judgement, kind, now)
                        .map(ShareVerdict::from)
                        .orElse(row.standing().heldSince().orElse(now));
            case LAGGING -> row.pulse().flatMap(Pulse::lastEventAt).orElse(lastPacket);
        };
        return since.isAfter(now) ? now : since;
    }

    /** @param escalated whether its severity was raised */
    Account of(
            Row row, Judgement judgement, EpisodeKind kind, Optional<Finding> finding, boolean escalated, Instant now) {
        boolean merged = row.series().kind().isMerged();
        Explanation explanation = explain(row, judgement, kind, now);
        List<Fact> table = table(explanation);
        Severity base = severity(row, judgement.profile(), finding);
        int fleets = merged ? members.size(row.series().id()) : 1;
        return new Account(
                explanation.sentence(),
                table,
                escalated ? Changes.raised(base) : base,
                finding,
                !merged
                        ? 1
                        : kind == EpisodeKind.SILENT
                                ? fleets
                                : members.countQuiet(row.series().id()),
                merged ? members.sample(row.series().id(), kind == EpisodeKind.PARTIAL, SAMPLE) : List.of(),
                Optional.ofNullable(windows.awayWithin(since(row, judgement, kind, now), now)));
    }

    /** Of a silence that was over before anybody looked. */
    Account ofPassed(Row row, Profile profile, SilenceVerdict silence, Optional<Finding> finding, Absence away) {
        boolean merged = row.series().kind().isMerged();
        ZoneId zone = profile.expectation().zone();
        Explanation explanation = explanations.silence(
                profile.name(), row.pattern().orElse(Pattern.EMPTY), profile.expectation(), silence);
        List<Fact> table = table(explanation);
        int fleets = merged ? members.size(row.series().id()) : 1;
        return new Account(
                passed(explanation.sentence(), silence.now(), away, zone),
                table,
                severity(row, profile, finding),
                finding,
                fleets,
                merged ? members.sample(row.series().id(), false, SAMPLE) : List.of(),
                Optional.of(away));
    }

    private static List<Fact> table(Explanation explanation) {
        List<Fact> table = new ArrayList<>();
        explanation.rows().forEach(line -> table.add(new Fact(line.label(), line.value())));
        return table;
    }

    private static String passed(String sentence, Instant until, Absence away, ZoneId zone) {
        return "%s It ended at %s; the watchdog was away from %s to %s."
                .formatted(
                        sentence,
                        Spoken.momentBeside(sentence, until, away.until(), zone),
                        Spoken.moment(away.from(), away.until(), zone),
                        Spoken.moment(away.until(), away.until(), zone));
    }

    /** Of an outage of many fleets at once that was over before anybody looked. */
    Account ofPassed(
            Row row,
            Profile profile,
            PassedGroups outage,
            List<Series> fleets,
            Optional<Finding> finding,
            Absence away) {
        Explanation explanation = spread(
                profile,
                outage.spread().fleets(),
                outage.spread().quiet(),
                "were",
                outage.spread().score());
        List<Fact> table = table(explanation);
        return new Account(
                passed(
                        explanation.sentence(),
                        outage.until(),
                        away,
                        profile.expectation().zone()),
                table,
                severity(row, profile, finding),
                finding,
                fleets.size(),
                fleets.stream().map(Series::name).limit(SAMPLE).toList(),
                Optional.of(away));
    }

    /** Of an outage of many fleets at once that began before anybody looked, and of which some are back. */
    Account ofHalf(
            Row row,
            Profile profile,
            PassedGroups outage,
            List<Series> fleets,
            Optional<Finding> finding,
            Absence away) {
        int back = outage.back().size();
        Explanation explanation = spread(
                profile,
                outage.spread().fleets(),
                outage.spread().quiet(),
                "were",
                outage.spread().score());
        ZoneId zone = profile.expectation().zone();
        List<Fact> table = table(explanation);
        table.add(new Fact("back", String.format(Locale.ROOT, "%,d", back)));
        return new Account(
                String.format(
                        Locale.ROOT,
                        "%s %,d of them %s back since; the watchdog was away from %s to %s.",
                        explanation.sentence(),
                        back,
                        back == 1 ? "is" : "are",
                        Spoken.moment(away.from(), away.until(), zone),
                        Moments.inZone(Spoken.moment(away.until(), away.until(), zone), zone)),
                table,
                severity(row, profile, finding),
                finding,
                fleets.size(),
                fleets.stream().map(Series::name).limit(SAMPLE).toList(),
                Optional.of(away));
    }

    private static Severity severity(Row row, Profile profile, Optional<Finding> finding) {
        Severity usual = row.series().kind().isMerged() ? Severity.HIGH : Severity.MEDIUM;
        Severity found = finding.filter(Finding::isKnown).map(Finding::severity).orElse(usual);
        return profile.severity().orElse(found);
    }

    private Explanation explain(Row row, Judgement judgement, EpisodeKind kind, Instant now) {
        Profile profile = judgement.profile();
        String name = profile.name();
        return switch (kind) {
            case SILENT, ERRORS, TOO_MANY_FLEETS ->
                explanations.silence(name, judgement.pattern(), profile.expectation(), judgement.silence());
            case PARTIAL ->
                share(row, judgement, kind, now)
                        .filter(verdict -> isToldOf(verdict, row))
                        .map(verdict ->
                                explanations.vehicles(name, judgement.pattern(), profile.expectation(), verdict))
                        .orElseGet(() -> spread(row, profile, judgement));
            case VOLUME_DROP ->
                share(row, judgement, kind, now)
                        .map(verdict -> explanations.volume(name, judgement.pattern(), profile.expectation(), verdict))
                        .orElseGet(() -> spread(row, profile, judgement));
            case LAGGING ->
                judgement
                        .lag()
                        .map(verdict -> explanations.lag(
                                name,
                                profile.expectation(),
                                row.pulse()
                                        .flatMap(Pulse::lastEventAt)
                                        .orElse(row.series().bornAt()),
                                verdict))
                        .orElseGet(() -> spread(row, profile, judgement));
        };
    }

    /** Of a merged stream it may be how many fleets are quiet at once. */
    private static boolean isToldOf(ShareVerdict verdict, Row row) {
        return verdict.isAlarm() || !row.series().kind().isMerged();
    }

    private Optional<ShareVerdict> share(Row row, Judgement judgement, EpisodeKind kind, Instant now) {
        Judgement.Shares shares = judgement.shares().isUnknown()
                ? lessons.sharesAgain(
                        row, judgement.pattern(), judgement.profile().expectation(), now)
                : judgement.shares();
        return kind == EpisodeKind.PARTIAL ? shares.vehicles() : shares.volume();
    }

    private Explanation spread(Row row, Profile profile, Judgement judgement) {
        return spread(
                profile,
                members.size(row.series().id()),
                members.countQuiet(row.series().id()),
                "are",
                judgement.partial());
    }

    private static Explanation spread(Profile profile, int fleets, int quiet, String are, double score) {
        return new Explanation(
                String.format(
                        Locale.ROOT,
                        "%s: %,d of %,d fleets %s quiet at once; by chance that happens in one of 10^%.0f looks.",
                        profile.name(),
                        quiet,
                        fleets,
                        are,
                        Math.max(1, score)),
                List.of(
                        new Explanation.Row("fleets", String.format(Locale.ROOT, "%,d", fleets)),
                        new Explanation.Row("quiet", String.format(Locale.ROOT, "%,d", quiet)),
                        new Explanation.Row("score", String.format(Locale.ROOT, "%.1f", score))));
    }
}
