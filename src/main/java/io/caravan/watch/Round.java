package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.Judgement.Spread;
import io.caravan.watch.Lessons.Lesson;
import io.caravan.watch.StateRepository.Next;
import io.caravan.watch.StateRepository.Row;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges series that it has locked, and writes what follows, all in the transaction of its caller. A problem that is to be told by itself needs its cause first, which takes a while: it is left to
 * a transaction of its own. For one thread.
 */
final class Round {
    private static final Logger LOG = LoggerFactory.getLogger(Round.class);

    /** A merged stream of fewer fleets is no other stream than theirs. */
    private static final int FEWEST_FLEETS = 2;

    private final WatchdogSettings settings;
    private final Detector detector;
    private final Judge judge;
    private final Profiles profiles;
    private final Peers peers;
    private final PollPace pace;
    private final Windows windows;
    private final Lessons lessons;
    private final Accounts accounts;
    private final Causing causing;
    private final Episodes episodes;
    private final EpisodeRepository episodeTable;
    private final StateRepository states;
    private final SeriesRepository seriesTable;
    private final ArrivalRepository arrivals;
    private final MembershipRepository members;

    Round(
            Database database,
            WatchdogSettings settings,
            Detector detector,
            Profiles profiles,
            Windows windows,
            Episodes episodes,
            CauseFinder causes) {
        this.settings = settings;
        this.detector = detector;
        this.judge = new Judge(detector);
        this.profiles = profiles;
        this.windows = windows;
        this.episodes = episodes;
        this.episodeTable = new EpisodeRepository(database);
        this.states = new StateRepository(database);
        this.seriesTable = new SeriesRepository(database);
        this.arrivals = new ArrivalRepository(database);
        this.members = new MembershipRepository(database);
        this.peers = new Peers(states);
        this.pace = new PollPace(new PaceRepository(database));
        this.lessons = new Lessons(detector, arrivals, episodeTable, members, settings.keepHours());
        this.accounts = new Accounts(detector, windows, members, lessons);
        this.causing = new Causing(causes);
    }

    /** A series with what was found. */
    private record Looked(Row row, Judgement judgement, Optional<Episode> open, boolean merged) {
        long id() {
            return row.series().id();
        }

        SeriesState was() {
            return row.standing().state();
        }

        /** A problem that no open episode is about yet. */
        boolean isNews() {
            return judgement.state().isTold() && open.isEmpty();
        }
    }

    /**
     * Judges these.
     *
     * @param telling whether a problem is told now; else its series is among the answers
     * @return series whose problem is to be told, each by itself
     */
    List<Long> judge(List<Row> claimed, Map<Long, Spread> spreads, boolean telling, Instant now) {
        List<Row> rows = claimed.stream()
                .map(this::withMergedPulse)
                .map(row -> awake(row, now))
                .toList();
        Map<Long, Profile> known = new HashMap<>();
        Map<Long, Expectation> expectations = new HashMap<>();
        List<Window> deaf = windows.deaf(now);
        for (Row row : rows) {
            Profile profile = profile(row, now);
            known.put(row.series().id(), profile);
            expectations.put(row.series().id(), deafened(profile.expectation(), deaf));
        }
        Map<Long, Lesson> learned = lessons.learn(rows, expectations, now);
        Map<Long, Episode> open = openEpisodes(rows);
        List<Looked> looked = rows.stream()
                .map(row -> look(
                        row,
                        known,
                        learned,
                        deaf,
                        spreads,
                        Optional.ofNullable(open.get(row.series().id())),
                        now))
                .toList();
        states.teach(learned.entrySet().stream()
                .filter(lesson -> lesson.getValue().learned())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, lesson -> lesson.getValue().pattern())));
        return conclude(looked, telling, now);
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

    /** What was retired and sends again is born anew: what it used to do long ago proves nothing. */
    private Row awake(Row row, Instant now) {
        boolean sendsAgain = row.series()
                .retiredAt()
                .filter(retired -> row.pulse()
                        .flatMap(Pulse::lastArrivalAt)
                        .filter(at -> at.isAfter(retired))
                        .isPresent())
                .isPresent();
        if (!sendsAgain) {
            return row;
        }
        Series series = row.series();
        seriesTable.wake(series.id());
        states.unlearn(series.id(), now);
        LOG.info("series={} sends again after it was retired; it is learned anew", series.name());
        Series born = new Series(
                series.id(),
                series.kind(),
                series.name(),
                series.provider(),
                series.tenant(),
                series.region(),
                now,
                Optional.empty());
        return new Row(born, Standing.born(now), row.dueAt(), row.pulse(), Optional.of(Pattern.EMPTY));
    }

    private Profile profile(Row row, Instant now) {
        Series series = row.series();
        Profile written = profiles.of(series);
        List<Window> byHand = windows.of(series, now);
        Expectation expectation = written.expectation();
        if (!byHand.isEmpty()) {
            expectation = expectation.withWindows(Stream.concat(expectation.windows().stream(), byHand.stream())
                    .toList());
        }
        boolean young = row.pattern().map(detector::isYoung).orElse(true);
        if (young && expectation.prior().isEmpty() && series.provider().isPresent()) {
            expectation = peers.of(series, now).map(expectation::withPrior).orElse(expectation);
        }
        expectation = pace.allow(expectation, written.provider().or(series::provider), now);
        return written.expecting(expectation);
    }

    private static Expectation deafened(Expectation expectation, List<Window> deaf) {
        return deaf.isEmpty()
                ? expectation
                : expectation.withWindows(Stream.concat(expectation.windows().stream(), deaf.stream())
                        .toList());
    }

    private Map<Long, Episode> openEpisodes(List<Row> rows) {
        Map<Long, Episode> open = new HashMap<>();
        episodeTable.open(rows.stream().map(row -> row.series().id()).toList()).stream()
                .filter(episode -> episode.kind() != EpisodeKind.ERRORS)
                .forEach(episode -> open.put(episode.series(), episode));
        return open;
    }

    private Looked look(
            Row row,
            Map<Long, Profile> known,
            Map<Long, Lesson> learned,
            List<Window> deaf,
            Map<Long, Spread> spreads,
            Optional<Episode> open,
            Instant now) {
        long id = row.series().id();
        Profile profile = Objects.requireNonNull(known.get(id));
        Lesson lesson = Objects.requireNonNull(learned.get(id));
        boolean merged = row.series().kind().isMerged();
        Spread spread = spreads.getOrDefault(id, Spread.NONE);
        boolean gone = merged ? spread.fleets() == 0 && !spreads.isEmpty() : isGone(row, profile, now);
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
                        gone || row.series().retiredAt().isPresent(),
                        !merged || spread.fleets() >= FEWEST_FLEETS,
                        isBehind(row, lesson, now) ? now.plusMillis(1) : Lessons.nextLesson(row, now)),
                now);
        return new Looked(row, judgement, open, merged);
    }

    /** A merged stream learns its past in several looks. */
    private static boolean isBehind(Row row, Lesson lesson, Instant now) {
        return lesson.learned()
                && lesson.pattern()
                        .learnedUntil()
                        .filter(until -> until.isBefore(Lessons.completeUntil(row, now)))
                        .isPresent();
    }

    private static boolean isGone(Row row, Profile profile, Instant now) {
        Instant last =
                row.pulse().flatMap(Pulse::lastArrivalAt).orElse(row.series().bornAt());
        return profile.retireAfter()
                .filter(after -> last.plus(after).isBefore(now))
                .isPresent();
    }

    private List<Long> conclude(List<Looked> looked, boolean telling, Instant now) {
        List<Long> news = looked.stream().filter(Looked::isNews).map(Looked::id).toList();
        Map<Long, List<Holding.Parent>> parents = news.isEmpty() ? Map.of() : members.parents(news);
        List<Long> toTell = new ArrayList<>();
        List<Next> next = new ArrayList<>();
        List<Long> back = new ArrayList<>();
        for (Looked each : looked) {
            if (each.isNews()) {
                next.add(news(each, parents.getOrDefault(each.id(), List.of()), telling, toTell, now));
            } else {
                each.open().ifPresent(episode -> goOn(each, episode, now));
                next.add(stands(
                        each,
                        each.judgement().state(),
                        Optional.empty(),
                        each.judgement().nextLook(),
                        now));
            }
            if (each.was() == SeriesState.SILENT && each.judgement().state() != SeriesState.SILENT && !each.merged()) {
                back.add(each.id());
            }
            retire(each, now);
        }
        states.write(next, now);
        if (!back.isEmpty()) {
            states.wakeParents(back, now);
        }
        return toTell;
    }

    private void retire(Looked each, Instant now) {
        boolean retires = each.judgement().state() == SeriesState.RETIRED
                && !each.merged()
                && each.row().series().retiredAt().isEmpty();
        if (retires) {
            seriesTable.retire(each.id(), now);
            LOG.info(
                    "series={} is retired: it has sent nothing for long",
                    each.row().series().name());
        }
    }

    private Next news(Looked each, List<Holding.Parent> parents, boolean telling, List<Long> toTell, Instant now) {
        Judgement judgement = each.judgement();
        EpisodeKind kind = EpisodeKind.of(judgement.state()).orElseThrow();
        Instant heldSince = each.row().standing().heldSince().orElse(now);
        boolean atOnce = each.was() == SeriesState.MAINTENANCE;
        Instant patientSince = atOnce ? now.minus(settings.patience().longest()) : heldSince;
        Holding holding = Holding.decide(kind, parents, patientSince, now, settings.patience());
        if (holding instanceof Holding.Join join) {
            episodes.join(
                    each.row().series(),
                    kind,
                    accounts.since(each.row(), judgement, kind, now),
                    "It belongs to the trouble of a merged stream.",
                    join.episode(),
                    now);
            return stands(each, judgement.state(), Optional.empty(), judgement.nextLook(), now);
        } else if (holding instanceof Holding.Wait wait) {
            return stands(each, waiting(each), Optional.of(heldSince), wait.until(), now);
        } else if (telling) {
            tell(each, kind, now);
            return stands(each, judgement.state(), Optional.empty(), judgement.nextLook(), now);
        }
        toTell.add(each.id());
        // If this node dies before it has told it, another one does
        return stands(
                each,
                waiting(each),
                Optional.of(heldSince),
                now.plus(settings.patience().group()),
                now);
    }

    /** What is shown of a problem that isn't told yet. A window that is over stays in mind until it is. */
    private static SeriesState waiting(Looked each) {
        if (each.was() == SeriesState.MAINTENANCE) {
            return SeriesState.MAINTENANCE;
        }
        return each.judgement().state() == SeriesState.SILENT || each.was().isTold() ? SeriesState.LATE : each.was();
    }

    private void tell(Looked each, EpisodeKind kind, Instant now) {
        Row row = each.row();
        Instant since = accounts.since(row, each.judgement(), kind, now);
        Optional<Finding> finding = causing.of(row.series(), each.judgement().profile(), fleets(each), since, now);
        boolean severe = kind == EpisodeKind.SILENT && each.judgement().severe();
        Account account = accounts.of(row, each.judgement(), kind, finding, severe, now);
        episodes.open(subject(each), kind, since, account, severe, now);
    }

    /** An episode is open already. */
    private void goOn(Looked each, Episode episode, Instant now) {
        SeriesState state = each.judgement().state();
        if (state == SeriesState.MAINTENANCE) {
            return;
        }
        Optional<EpisodeKind> kind = EpisodeKind.of(state);
        if (kind.isEmpty()) {
            CloseReason reason = state == SeriesState.RETIRED ? CloseReason.RETIRED : CloseReason.RECOVERED;
            episodes.close(subject(each), episode, reason, caughtUp(each, episode, now), now);
            return;
        }
        boolean severe = each.judgement().severe() && state == SeriesState.SILENT;
        Episode changed = EpisodeEdit.of(episode)
                .kind(kind.get())
                .escalated(episode.escalated() || severe)
                .done();
        Set<ChangeReason> reasons = EnumSet.noneOf(ChangeReason.class);
        if (kind.get() != episode.kind()) {
            reasons.add(ChangeReason.KIND_CHANGED);
        }
        if (severe && !episode.escalated()) {
            reasons.add(ChangeReason.SEVERITY_RAISED);
        }
        if (each.was() == SeriesState.MAINTENANCE) {
            reasons.add(ChangeReason.STILL_SILENT);
        }
        if (reasons.isEmpty()) {
            return;
        }
        if (episode.told() && episode.parent().isEmpty()) {
            Account account =
                    accounts.of(each.row(), each.judgement(), kind.get(), Optional.empty(), changed.escalated(), now);
            episodes.change(subject(each), changed, keepingSeverity(account, episode, severe), reasons, now);
        } else {
            episodes.note(changed);
        }
    }

    /** Its cause, which decided its severity, isn't looked for again here. */
    private static Account keepingSeverity(Account account, Episode episode, boolean severe) {
        return new Account(
                account.sentence(),
                account.table(),
                severe && !episode.escalated() ? Changes.raised(episode.severity()) : episode.severity(),
                account.finding(),
                account.members(),
                account.sample(),
                account.away());
    }

    private CaughtUp caughtUp(Looked each, Episode episode, Instant now) {
        return episode.told() && episode.kind() == EpisodeKind.SILENT
                ? Catching.up(arrivals, each.row(), episode.since(), now)
                : CaughtUp.NOTHING;
    }

    private Subject subject(Looked each) {
        return each.judgement().profile().subject(each.row().series(), fleets(each));
    }

    private int fleets(Looked each) {
        return each.merged() ? members.sizes().getOrDefault(each.id(), 0) : 1;
    }

    /** @param heldSince since when a problem waits to be told */
    private static Next stands(Looked each, SeriesState state, Optional<Instant> heldSince, Instant due, Instant now) {
        Standing was = each.row().standing();
        Judgement judgement = each.judgement();
        boolean stays = was.state() == state;
        boolean remembers = stays && (state == SeriesState.SILENT || state == SeriesState.MAINTENANCE);
        Optional<Instant> arrivedAt = remembers ? was.arrivedAt() : judgement.lastArrival();
        boolean resumes = remembers
                && each.merged()
                && judgement
                        .lastArrival()
                        .filter(at -> was.arrivedAt().isEmpty()
                                || at.isAfter(was.arrivedAt().get()))
                        .isPresent();
        Optional<Instant> excused = was.excusedAt()
                .filter(at -> judgement.lastArrival().isEmpty()
                        || !judgement.lastArrival().get().isAfter(at));
        if (!stays) {
            LOG.debug(
                    "series={} state={} was={} score={}",
                    each.row().series().name(),
                    state,
                    was.state(),
                    judgement.silence().score());
        }
        return new Next(
                each.id(),
                new Standing(
                        state,
                        stays ? was.since() : now,
                        Optional.of(now),
                        arrivedAt,
                        heldSince,
                        resumes ? was.resumedAt().or(judgement::lastArrival) : Optional.empty(),
                        excused,
                        judgement.silence().score(),
                        judgement.silence().lateAt(),
                        judgement.silence().alarmAt(),
                        judgement.partial(),
                        judgement.volume(),
                        each.row().pulse().flatMap(Pulse::lag),
                        judgement.lagLimit()),
                due);
    }
}
