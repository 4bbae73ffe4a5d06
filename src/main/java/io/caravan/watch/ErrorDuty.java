package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.ErrorStreakRepository.Open;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Causing;
import io.caravan.watch.episode.ChangeReason;
import io.caravan.watch.episode.Changes;
import io.caravan.watch.episode.CloseReason;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.Spoken;
import io.caravan.watch.expect.HeartbeatRepository;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells in minutes of calls that fail in a row, and of records most of which are rejected, without waiting for a silence: an episode of the provider, or of the credential where it isn't the one in use. It is over when calls are accepted again, several in a row, and records have passed for a while; nothing is told of it while the provider has a window of maintenance. What a
 * fresh access token mends is not told: such a call counts for no error.
 */
final class ErrorDuty implements Duty {
    private static final int SAMPLE = 20;

    /** Others are causes of silence, not of errors. */
    private static final Set<Cause> OF_ERRORS = EnumSet.of(
            Cause.CREDENTIALS, Cause.PROVIDER_AUTH, Cause.QUOTA, Cause.PROVIDER_OUTAGE, Cause.SCHEMA, Cause.OWN_DEPLOY);

    private final Database database;
    private final ErrorStreakRepository streaks;
    private final RejectStreaks rejects;
    private final ErrorStreakRepository.Calm calm;
    private final Profiles profiles;
    private final Windows windows;
    private final Episodes telling;
    private final EpisodeRepository episodes;
    private final SeriesRepository series;
    private final StateRepository states;
    private final MembershipRepository members;
    private final Causing causing;

    ErrorDuty(
            Database database,
            ErrorStreakRepository.Calm calm,
            RejectStreaks.Limits rejects,
            Profiles profiles,
            Episodes telling,
            CauseFinder causes) {
        this.calm = calm;
        this.windows = new Windows(new WindowRepository(database), new HeartbeatRepository(database));
        this.database = database;
        this.streaks = new ErrorStreakRepository(database);
        this.rejects = new RejectStreaks(database, rejects, calm.quiet());
        this.profiles = profiles;
        this.telling = telling;
        this.episodes = new EpisodeRepository(database);
        this.series = new SeriesRepository(database);
        this.states = new StateRepository(database);
        this.members = new MembershipRepository(database);
        this.causing = new Causing(causes);
    }

    @Override
    public void run(Instant now) {
        List<ErrorStreak> found = new ArrayList<>();
        alone(() -> {
            found.addAll(streaks.streaks(now));
            RejectStreaks.Followed rejecting = rejects.follow(now);
            // while calls fail there is nothing more to reject, and that says it all
            rejecting.goingOn().stream()
                    .filter(streak ->
                            found.stream().noneMatch(other -> other.series().equals(streak.series())))
                    .toList()
                    .forEach(found::add);
            List<Open> open = streaks.open();
            if (!open.isEmpty()) {
                states.lockMerged();
                open.forEach(each -> closeIfOver(each, found, rejecting.ended(), now));
            }
        });
        found.stream()
                .filter(streak -> isOfItsOwn(streak, found))
                .forEach(streak -> alone(() -> {
                    states.lockMerged();
                    tell(streak, now);
                }));
    }

    /** In a transaction, unless another node is at it: that tells what is to be told. */
    private void alone(Runnable work) {
        database.runInTransaction(connection -> {
            if (streaks.claim()) {
                work.run();
            }
        });
    }

    /** While the provider's streams fail too, that says it all. */
    private static boolean isOfItsOwn(ErrorStreak streak, Collection<ErrorStreak> found) {
        return streak.inUse()
                || found.stream()
                        .noneMatch(other -> other.inUse() && other.provider().equals(streak.provider()));
    }

    private void closeIfOver(
            Open open, Collection<ErrorStreak> found, Map<String, CloseReason> rejectsEnded, Instant now) {
        if (found.stream().anyMatch(streak -> streak.series().equals(open.series()))) {
            return;
        }
        Optional<CaughtUp> back = streaks.back(open, calm, now);
        Optional<CloseReason> over = back.map(caughtUp -> CloseReason.RECOVERED)
                .or(() -> Optional.ofNullable(rejectsEnded.get(open.series())))
                .or(() -> streaks.isInSight(open, now) ? Optional.empty() : Optional.of(CloseReason.RETIRED));
        if (over.isPresent()) {
            Optional<Episode> episode = episodes.find(open.episode());
            Optional<Series> of = series.find(open.kind(), open.series());
            if (episode.isPresent() && of.isPresent()) {
                telling.close(
                        subject(of.get(), open.provider(), open.credential()),
                        episode.get(),
                        over.get(),
                        back.orElse(CaughtUp.NOTHING),
                        now);
            }
        }
    }

    private void tell(ErrorStreak streak, Instant now) {
        Series about = about(streak, now);
        Subject subject = subject(about, streak.provider(), streak.credential());
        Optional<Window> planned = planned(streak, about, now);
        if (planned.isPresent()) {
            open(about).ifPresent(episode -> telling.expect(subject, episode, planned.get(), Optional.empty(), now));
            return;
        }
        Profile profile = profiles.of(about);
        causing.of(about, named(profile, streak), subject.fleets(), streak.since(), now)
                .filter(finding -> OF_ERRORS.contains(finding.cause()))
                .ifPresent(finding -> tell(streak, about, subject, profile, finding, now));
    }

    /** By a window of the provider, or of the credential. */
    private Optional<Window> planned(ErrorStreak streak, Series about, Instant now) {
        return windows.open(about, profiles.of(about), now)
                .or(() -> series.find(SeriesKind.PROVIDER, streak.provider())
                        .flatMap(provider -> windows.open(provider, profiles.of(provider), now)));
    }

    private Optional<Episode> open(Series about) {
        return episodes.lockOpen(List.of(about.id())).stream()
                .filter(episode -> episode.kind() == EpisodeKind.ERRORS)
                .findFirst();
    }

    private void tell(
            ErrorStreak streak, Series about, Subject subject, Profile profile, Finding finding, Instant now) {
        Account account = account(streak, subject, profile, finding, now);
        Optional<Episode> open = open(about);
        if (open.isEmpty()) {
            telling.open(subject, EpisodeKind.ERRORS, streak.since(), account, now);
            return;
        }
        Set<ChangeReason> reasons = Changes.reasons(open.get(), EpisodeKind.ERRORS, account, false);
        if (telling.isExpected(open.get())) {
            reasons.add(ChangeReason.STILL_FAILING);
        }
        if (!reasons.isEmpty()) {
            telling.change(subject, open.get(), account, reasons, now);
        }
    }

    private Series about(ErrorStreak streak, Instant now) {
        return series.find(streak.kind(), streak.series()).orElseGet(() -> {
            series.findOrCreate(streak.kind(), List.of(streak.series()), now);
            return series.find(streak.kind(), streak.series()).orElseThrow();
        });
    }

    /** The credential that failed calls used, whatever the fleets' settings say. */
    private static Profile named(Profile profile, ErrorStreak streak) {
        return new Profile(
                profile.name(),
                profile.tenant(),
                Optional.of(streak.provider()),
                streak.credential().or(profile::credential),
                profile.region(),
                profile.owner(),
                profile.contact(),
                profile.expectation(),
                profile.severity(),
                profile.retireAfter(),
                profile.lagLimit());
    }

    private Subject subject(Series about, String provider, Optional<String> credential) {
        Profile profile = profiles.of(about);
        return new Subject(
                about,
                members.size(about.id()),
                Optional.of(provider),
                profile.tenant(),
                credential,
                profile.region(),
                profile.owner(),
                profile.contact(),
                profile.expectation().zone());
    }

    private Account account(ErrorStreak streak, Subject subject, Profile profile, Finding finding, Instant now) {
        String who = streak.inUse()
                ? "Provider " + streak.provider()
                : "Credential " + streak.series() + ", which is not in use";
        String what = who + ": " + finding.title() + ". " + sentence(finding);
        return new Account(
                what + ", since " + Spoken.momentBeside(what, streak.since(), now, subject.zone()) + ".",
                finding.evidence(),
                severity(streak, profile, finding),
                Optional.of(finding),
                streak.inUse() ? subject.fleets() : 0,
                members.sample(subject.series().id(), false, SAMPLE),
                Optional.empty());
    }

    private static String sentence(Finding finding) {
        String because = finding.sentence();
        return because.substring(0, 1).toUpperCase(Locale.ROOT) + because.substring(1);
    }

    /** What nobody needs at the moment can wait for the morning. */
    private static Severity severity(ErrorStreak streak, Profile profile, Finding finding) {
        Severity found = profile.severity().orElse(finding.severity());
        return streak.inUse() || found.compareTo(Severity.MEDIUM) < 0 ? found : Severity.MEDIUM;
    }

    @Override
    public String toString() {
        return "telling of calls that fail and records that are rejected";
    }
}
