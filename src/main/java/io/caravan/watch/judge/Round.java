package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.Holding;
import io.caravan.watch.expect.LiveProfiles;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.judge.Judgement.Spread;
import io.caravan.watch.judge.Lessons.Lesson;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Next;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges series that it has locked, and writes what follows, all in the transaction of its caller. A problem that is to be told by itself needs its cause first, which takes a while: it is left to
 * a transaction of its own. For one thread.
 */
public final class Round {
    /** A merged stream of fewer fleets is no other stream than theirs. */
    private static final int FEWEST_FLEETS = 2;

    private final Holding.Patience patience;
    private final Judge judge;
    private final LiveProfiles profiles;
    private final Windows windows;
    private final Retirement retirement;
    private final Lessons lessons;
    private final Troubles troubles;
    private final Review review;
    private final PassedSilences passed;
    private final EpisodeRepository episodes;
    private final StateRepository states;
    private final ArrivalRepository arrivals;
    private final MembershipRepository members;

    /** @param keepHours how long hourly counts are kept, from which patterns are learned anew */
    public Round(
            Database database,
            Detector detector,
            Holding.Patience patience,
            Duration keepHours,
            Profiles written,
            Windows windows,
            Episodes telling,
            CauseFinder causes) {
        this.patience = patience;
        this.judge = new Judge(detector);
        this.profiles = new LiveProfiles(database, detector, written, windows);
        this.windows = windows;
        this.retirement = new Retirement(database);
        this.episodes = new EpisodeRepository(database);
        this.states = new StateRepository(database);
        this.arrivals = new ArrivalRepository(database);
        this.members = new MembershipRepository(database);
        this.lessons = new Lessons(
                detector,
                arrivals,
                episodes,
                members,
                new SilentMembers(database, detector.settings(), written),
                profiles,
                keepHours);
        this.troubles =
                new Troubles(database, detector, new Accounts(detector, windows, members, lessons), causes, telling);
        this.review = new Review(database, detector, windows);
        this.passed = new PassedSilences(database, detector, patience.group(), profiles, windows, review, troubles);
    }

    /**
     * Judges these.
     *
     * @param telling whether a problem is told now; else its series is among the answers
     * @return series whose problem is to be told, each by itself
     */
    public List<Long> judge(List<Row> claimed, Map<Long, Spread> spreads, boolean telling, Instant now) {
        // after the claim, so that the window whose making had a series looked at is among them
        windows.renew(now);
        Map<Long, List<Window>> pauses = new HashMap<>();
        claimed.forEach(row ->
                Retirement.pause(row).ifPresent(pause -> pauses.put(row.series().id(), List.of(pause))));
        List<Row> rows = claimed.stream()
                .map(this::withMergedPulse)
                .map(row -> retirement.awake(row, now))
                .toList();
        List<Window> deaf = windows.deaf(now);
        Map<Long, Profile> known = new HashMap<>();
        Map<Long, Expectation> expectations = new HashMap<>();
        for (Row row : rows) {
            Profile profile = profiles.of(row, now);
            long id = row.series().id();
            known.put(id, profile);
            expectations.put(
                    id,
                    LiveProfiles.with(
                            LiveProfiles.with(profile.expectation(), deaf), pauses.getOrDefault(id, List.of())));
        }
        Map<Long, Episode> open = openEpisodes(rows);
        Map<Long, Instant> reviewed = review.review(
                rows.stream().filter(row -> isJudged(row, spreads)).toList(), known, open.keySet(), now);
        Map<Long, Lesson> learned = lessons.learn(rows, expectations, now);
        List<Looked> looked = rows.stream()
                .map(row -> look(row, known, learned, deaf, spreads, open, now))
                .toList();
        states.teach(learned.entrySet().stream()
                .filter(lesson -> lesson.getValue().learned())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, lesson -> lesson.getValue().pattern())));
        return conclude(looked, reviewed, telling, now);
    }

    /** The silences that nobody saw, to be told. */
    public PassedSilences passed() {
        return passed;
    }

    private Row withMergedPulse(Row row) {
        return row.series().kind().isMerged()
                ? new Row(
                        row.series(),
                        row.standing(),
                        row.dueAt(),
                        Optional.of(arrivals.mergedPulse(row.series().id())),
                        row.pattern())
                : row;
    }

    private Map<Long, Episode> openEpisodes(List<Row> rows) {
        Map<Long, Episode> open = new HashMap<>();
        episodes.lockOpen(rows.stream().map(row -> row.series().id()).toList()).stream()
                .filter(episode -> episode.kind().isOfState())
                .forEach(episode -> open.put(episode.series(), episode));
        return open;
    }

    private static boolean isJudged(Row row, Map<Long, Spread> spreads) {
        return !row.series().kind().isMerged() || spread(row, spreads).fleets() >= FEWEST_FLEETS;
    }

    private static Spread spread(Row row, Map<Long, Spread> spreads) {
        return spreads.getOrDefault(row.series().id(), Spread.NONE);
    }

    private Looked look(
            Row row,
            Map<Long, Profile> known,
            Map<Long, Lesson> learned,
            List<Window> deaf,
            Map<Long, Spread> spreads,
            Map<Long, Episode> open,
            Instant now) {
        long id = row.series().id();
        Profile profile = Objects.requireNonNull(known.get(id));
        Lesson lesson = Objects.requireNonNull(learned.get(id));
        Spread spread = spread(row, spreads);
        boolean gone = row.series().kind().isMerged()
                ? (spread.fleets() == 0 && !spreads.isEmpty())
                        || row.series().retiredAt().isPresent()
                : Retirement.isDue(row, profile, now);
        Judgement judgement = judge.judge(
                new Judge.Facts(
                        row.series(),
                        row.standing(),
                        row.pulse(),
                        lesson.pattern(),
                        profile,
                        deaf,
                        lesson.shares(),
                        spread,
                        gone,
                        isJudged(row, spreads),
                        isBehind(row, lesson, now) ? now.plusMillis(1) : nextWork(row, now)),
                now);
        return new Looked(row, judgement, Optional.ofNullable(open.get(id)));
    }

    private Instant nextWork(Row row, Instant now) {
        Instant lesson = Lessons.nextLesson(row, now);
        return review.next(row, now).filter(lesson::isAfter).orElse(lesson);
    }

    /** A merged stream learns its past in several looks. */
    private static boolean isBehind(Row row, Lesson lesson, Instant now) {
        return lesson.learned()
                && lesson.pattern()
                        .learnedUntil()
                        .filter(until -> until.isBefore(Lessons.completeUntil(row, now)))
                        .isPresent();
    }

    private List<Long> conclude(List<Looked> looked, Map<Long, Instant> reviewed, boolean telling, Instant now) {
        List<Long> news = looked.stream().filter(Looked::isNews).map(Looked::id).toList();
        Map<Long, List<Holding.Parent>> parents = news.isEmpty() ? Map.of() : members.parents(news);
        List<Long> toTell = new ArrayList<>();
        List<Next> next = new ArrayList<>();
        List<Long> back = new ArrayList<>();
        List<Long> held = new ArrayList<>();
        for (Looked each : looked) {
            NextStanding standing = NextStanding.of(each, now).reviewed(Optional.ofNullable(reviewed.get(each.id())));
            if (each.isNews()) {
                next.add(news(each, standing, parents.getOrDefault(each.id(), List.of()), telling, toTell, now));
            } else {
                each.open().ifPresent(episode -> troubles.goOn(each, episode, now));
                next.add(standing.as(each.judgement().state()));
            }
            if (each.was() == SeriesState.SILENT
                    && each.judgement().state() != SeriesState.SILENT
                    && !each.isMerged()) {
                back.add(each.id());
            }
            if (each.isNews() && isUndecided(each, parents.getOrDefault(each.id(), List.of()))) {
                held.add(each.id());
            }
            retirement.retire(each, now);
        }
        states.write(next, now);
        if (!held.isEmpty()) {
            states.wakeParentsOfTrouble(held, now);
        }
        if (!back.isEmpty()) {
            states.wakeParents(back, now);
        }
        return toTell;
    }

    /** Its merged streams are to be judged first; a process that died may have left them asleep. */
    private static boolean isUndecided(Looked each, List<Holding.Parent> parents) {
        Optional<Instant> heldSince = each.row().standing().heldSince();
        return heldSince.isEmpty() || parents.stream().anyMatch(parent -> !parent.isJudgedSince(heldSince.get()));
    }

    private Next news(
            Looked each,
            NextStanding standing,
            List<Holding.Parent> parents,
            boolean telling,
            List<Long> toTell,
            Instant now) {
        SeriesState state = each.judgement().state();
        EpisodeKind kind = EpisodeKind.of(state).orElseThrow();
        Instant heldSince = each.row().standing().heldSince().orElse(now);
        Holding.Patience waits = each.was() == SeriesState.MAINTENANCE ? patience.forGroupsOnly() : patience;
        Holding holding = Holding.decide(kind, troubles.since(each, kind, now), parents, heldSince, now, waits);
        if (holding instanceof Holding.Join join) {
            return troubles.join(each, kind, join.episode(), now)
                    ? standing.as(state)
                    : standing.waiting(heldSince, now.plus(patience.group()));
        } else if (holding instanceof Holding.Wait wait) {
            return standing.waiting(heldSince, wait.until());
        } else if (passed.isWaitingBeside(each.id(), now)) {
            return standing.waiting(heldSince, now.plus(patience.group()));
        } else if (telling) {
            troubles.tell(each, kind, now);
            return standing.as(state);
        }
        toTell.add(each.id());
        // If this node dies before it has told it, another one does
        return standing.waiting(heldSince, now.plus(patience.group()));
    }
}
