package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Causing;
import io.caravan.watch.episode.ChangeReason;
import io.caravan.watch.episode.Changes;
import io.caravan.watch.episode.CloseReason;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeEdit;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.Retold;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository.Row;
import io.caravan.watch.series.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Turns what a look has found into steps of episodes: opens them with their cause, tells that they are others, closes them with what was caught up. Joins the transaction of its caller. */
final class Troubles {
    /** A trouble that was over before it was found stays open for so long, lest those who gather messages take it for none. */
    static final Duration HEARD = Duration.ofMinutes(5);

    private static final String BELONGS = "It belongs to the trouble of a merged stream.";

    private final Detector detector;
    private final Accounts accounts;
    private final Causing causing;
    private final Episodes episodes;
    private final ArrivalRepository arrivals;
    private final MembershipRepository members;

    Troubles(Database database, Detector detector, Accounts accounts, CauseFinder causes, Episodes episodes) {
        this.detector = detector;
        this.accounts = accounts;
        this.causing = new Causing(causes);
        this.episodes = episodes;
        this.arrivals = new ArrivalRepository(database);
        this.members = new MembershipRepository(database);
    }

    /** When the trouble itself began. */
    Instant since(Looked each, EpisodeKind kind, Instant now) {
        return accounts.since(each.row(), each.judgement(), kind, now);
    }

    /** Opens one that belongs to that of a merged stream; false: not now, since that is about to change. */
    boolean join(Looked each, EpisodeKind kind, UUID parent, Instant now) {
        if (!episodes.mayJoin(parent)) {
            return false;
        }
        episodes.join(each.row().series(), kind, since(each, kind, now), BELONGS, parent, now);
        return true;
    }

    /** Opens and tells one. */
    void tell(Looked each, EpisodeKind kind, Instant now) {
        Row row = each.row();
        Profile profile = each.judgement().profile();
        Instant since = since(each, kind, now);
        Optional<Finding> finding = causing.of(row.series(), profile, fleets(row), since, now);
        boolean severe = kind == EpisodeKind.SILENT && each.judgement().severe();
        Account account = accounts.of(row, each.judgement(), kind, finding, severe, now);
        Subject subject = subject(row, profile);
        Optional<Episode> before = relapse(each, now);
        if (before.isPresent()) {
            episodes.reopen(subject, before.get(), kind, since, account, severe, now);
        } else {
            episodes.open(subject, kind, since, account, severe, now);
        }
    }

    /** The trouble before, if this one is the same that has come back, whatever its kind. */
    private Optional<Episode> relapse(Looked each, Instant now) {
        Series series = each.row().series();
        return episodes.lastTold(series.id())
                .filter(before -> !before.openedAt().isBefore(series.bornAt()))
                .filter(before -> detector.isRelapse(each.judgement().pattern(), before.end(now), now));
    }

    /** Opens and tells a silence that was over before anybody looked. */
    void tellPassed(Row row, Profile profile, SilenceVerdict silence, Absence away, Instant now) {
        Optional<Finding> finding = causing.of(row.series(), profile, fleets(row), silence.since(), silence.now());
        Account account = accounts.ofPassed(row, profile, silence, finding, away);
        episodes.openPassed(subject(row, profile), EpisodeKind.SILENT, silence.since(), silence.now(), account, now);
    }

    /** Opens and tells an outage of many fleets of a merged stream that was over before anybody looked. */
    void tellPassed(Row row, Profile profile, PassedGroups outage, List<Series> fleets, Absence away, Instant now) {
        Instant since = outage.since();
        Instant until = outage.until();
        Optional<Finding> finding = causing.of(row.series(), profile, fleets(row), since, until);
        Account account = accounts.ofPassed(row, profile, outage, fleets, finding, away);
        Episode episode = episodes.openPassed(subject(row, profile), EpisodeKind.PARTIAL, since, until, account, now);
        joinPassed(episode, outage.back(), fleets, now);
    }

    /** Opens and tells an outage of many fleets of a merged stream that began before anybody looked, and of which some are back. */
    void tellHalf(Row row, Profile profile, PassedGroups outage, List<Series> fleets, Absence away, Instant now) {
        Instant since = outage.since();
        Optional<Finding> finding = causing.of(row.series(), profile, fleets(row), since, now);
        Account account = accounts.ofHalf(row, profile, outage, fleets, finding, away);
        Episode episode = episodes.open(subject(row, profile), EpisodeKind.PARTIAL, since, account, now);
        joinPassed(episode, outage.back(), fleets, now);
    }

    /** Fleets were part of the open trouble of a merged stream, and back before anybody looked; told where that makes many more. */
    void joinPassed(Row row, Profile profile, Episode open, List<Passed> back, List<Series> fleets, Instant now) {
        joinPassed(open, back, fleets, now);
        int members = open.members() + back.size();
        Account account = Retold.account(open, open.severity(), Optional.empty(), members);
        Set<ChangeReason> reasons = Changes.reasons(open, open.kind(), account, false);
        Episode changed = EpisodeEdit.of(open).members(members).done();
        if (reasons.isEmpty() || !open.told()) {
            episodes.note(changed);
        } else {
            episodes.change(subject(row, profile), open, account, reasons, now);
        }
    }

    private void joinPassed(Episode episode, List<Passed> back, List<Series> fleets, Instant now) {
        Map<Long, Passed> silences = new HashMap<>();
        back.forEach(member -> silences.put(member.series(), member));
        for (Series fleet : fleets) {
            Optional.ofNullable(silences.get(fleet.id()))
                    .ifPresent(silence ->
                            episodes.joinPassed(fleet, silence.since(), silence.overAt(), BELONGS, episode.id(), now));
        }
    }

    /** An episode is open already. */
    void goOn(Looked each, Episode episode, Instant now) {
        SeriesState state = each.judgement().state();
        Optional<EpisodeKind> kind = EpisodeKind.of(state);
        if (episode.overAt().isPresent()) {
            if (!now.isBefore(episode.openedAt().plus(HEARD))) {
                close(each, episode, CloseReason.RECOVERED, now);
            }
        } else if (kind.isPresent()) {
            changed(each, episode, kind.get(), now);
        } else if (state == SeriesState.MAINTENANCE) {
            expected(each, episode, now);
        } else if (!Catching.goesOn(each, episode, now)) {
            close(each, episode, state == SeriesState.RETIRED ? CloseReason.RETIRED : CloseReason.RECOVERED, now);
        }
    }

    /** A window has begun, and the trouble goes on. */
    private void expected(Looked each, Episode episode, Instant now) {
        Profile profile = each.judgement().profile();
        profile.expectation()
                .windowAt(now)
                .ifPresent(window ->
                        episodes.expect(subject(each.row(), profile), episode, window, Optional.empty(), now));
    }

    private void close(Looked each, Episode episode, CloseReason reason, Instant now) {
        boolean asks = episode.told() && episode.kind() == EpisodeKind.SILENT;
        CaughtUp caughtUp =
                asks ? Catching.up(arrivals, each.row(), episode.lastsSince(), episode.end(now)) : CaughtUp.NOTHING;
        episodes.close(subject(each.row(), each.judgement().profile()), episode, reason, caughtUp, now);
    }

    private void changed(Looked each, Episode episode, EpisodeKind kind, Instant now) {
        boolean severe = each.judgement().severe() && kind == EpisodeKind.SILENT;
        Episode changed = EpisodeEdit.of(episode)
                .kind(kind)
                .escalated(episode.escalated() || severe)
                .done();
        Set<ChangeReason> reasons = EnumSet.noneOf(ChangeReason.class);
        if (kind != episode.kind()) {
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
                    accounts.of(each.row(), each.judgement(), kind, Optional.empty(), changed.escalated(), now);
            episodes.change(
                    subject(each.row(), each.judgement().profile()),
                    changed,
                    keepingSeverity(account, episode, severe),
                    reasons,
                    now);
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

    private Subject subject(Row row, Profile profile) {
        return profile.subject(row.series(), fleets(row));
    }

    private int fleets(Row row) {
        return row.series().kind().isMerged() ? members.size(row.series().id()) : 1;
    }
}
