package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Causing;
import io.caravan.watch.episode.ChangeReason;
import io.caravan.watch.episode.Changes;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeEdit;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.EvidenceChecks;
import io.caravan.watch.episode.Retold;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks again at the evidence of open episodes: a cause that comes to light, or more members, are told as changes; but not while their silence is planned or expected. */
final class EvidenceDuty implements Duty {
    private static final int AT_ONCE = 20;

    private final Database database;
    private final EpisodeRepository episodes;
    private final Episodes telling;
    private final SeriesRepository series;
    private final StateRepository states;
    private final MembershipRepository members;
    private final Profiles profiles;
    private final Windows windows;
    private final Causing causing;

    EvidenceDuty(Database database, Profiles profiles, Windows windows, Episodes telling, CauseFinder causes) {
        this.database = database;
        this.episodes = new EpisodeRepository(database);
        this.telling = telling;
        this.series = new SeriesRepository(database);
        this.states = new StateRepository(database);
        this.members = new MembershipRepository(database);
        this.profiles = profiles;
        this.windows = windows;
        this.causing = new Causing(causes);
    }

    @Override
    public void run(Instant now) {
        int checked;
        do {
            checked = database.inTransaction(connection -> {
                List<Episode> due = episodes.toCheck(now, AT_ONCE);
                due.forEach(episode -> check(episode, now));
                return due.size();
            });
        } while (checked == AT_ONCE);
    }

    private void check(Episode episode, Instant now) {
        Episode later = EpisodeEdit.of(episode)
                .nextCheck(EvidenceChecks.next(episode.returned().orElse(episode.openedAt()), now))
                .done();
        Optional<Series> found = series.find(List.of(episode.series())).stream().findFirst();
        if (found.isEmpty() || !episode.kind().isOfState() || episode.parent().isPresent()) {
            telling.note(later);
            return;
        }
        Profile profile = profiles.of(found.get());
        if (isPlanned(found.get(), profile, now)) {
            telling.note(later);
            return;
        }
        boolean merged = found.get().kind().isMerged();
        int fleets = merged ? members.size(episode.series()) : 1;
        Optional<Finding> finding = causing.of(found.get(), profile, fleets, episode.lastsSince(), now);
        int affected =
                !merged ? 1 : episode.kind() == EpisodeKind.SILENT ? fleets : members.countQuiet(episode.series());
        Account account = Retold.account(episode, severity(episode, profile, finding), finding, affected);
        Set<ChangeReason> reasons = Changes.reasons(episode, episode.kind(), account, episode.escalated());
        if (reasons.isEmpty()) {
            telling.note(later);
        } else {
            telling.change(profile.subject(found.get(), fleets), later, account, reasons, now);
        }
    }

    /** Windows of a merged stream's fleets are its own where all of them have one: its state says so. */
    private boolean isPlanned(Series series, Profile profile, Instant now) {
        return windows.isOpen(series, profile, now)
                || states.read(List.of(series.id())).stream()
                        .anyMatch(row -> row.standing().state() == SeriesState.MAINTENANCE);
    }

    private static Severity severity(Episode episode, Profile profile, Optional<Finding> finding) {
        Severity found = profile.severity()
                .or(() -> finding.filter(Finding::isKnown).map(Finding::severity))
                .orElse(episode.severity());
        return episode.escalated() ? Changes.raised(found).orMore(episode.severity()) : found;
    }
}
