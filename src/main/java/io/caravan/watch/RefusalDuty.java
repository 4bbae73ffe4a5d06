package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Fact;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.CloseReason;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells that a provider's new fleets are refused, and that they are no longer. */
final class RefusalDuty implements Duty {
    static final String CURE =
            "Point fleet= of watch:arrivals at the field that names the fleet, and retire what isn't one (./caravan fleet retire); if they are fleets, raise newFleets.";

    /** It is over when nothing was refused for so long. */
    private static final Duration OVER = Duration.ofHours(1);

    private final Database database;
    private final RefusalRepository refusals;
    private final Profiles profiles;
    private final Episodes telling;
    private final EpisodeRepository episodes;
    private final SeriesRepository series;
    private final MembershipRepository members;

    RefusalDuty(Database database, Profiles profiles, Episodes telling) {
        this.database = database;
        this.refusals = new RefusalRepository(database);
        this.profiles = profiles;
        this.telling = telling;
        this.episodes = new EpisodeRepository(database);
        this.series = new SeriesRepository(database);
        this.members = new MembershipRepository(database);
    }

    @Override
    public void run(Instant now) {
        database.runInTransaction(connection -> refusals.claim().forEach(refused -> follow(refused, now)));
    }

    private void follow(Refused refused, Instant now) {
        Series about = about(refused.provider(), now);
        Profile profile = profiles.of(about);
        Subject subject = profile.subject(about, members.size(about.id()));
        Optional<Episode> open = episodes.lockOpen(List.of(about.id())).stream()
                .filter(episode -> episode.kind() == EpisodeKind.TOO_MANY_FLEETS)
                .findFirst();
        if (now.isAfter(refused.lastAt().plus(OVER))) {
            open.ifPresent(episode -> telling.close(subject, episode, CloseReason.RECOVERED, CaughtUp.NOTHING, now));
            refusals.forget(refused.provider());
        } else if (open.isEmpty()) {
            telling.open(subject, EpisodeKind.TOO_MANY_FLEETS, refused.firstAt(), account(refused, profile), now);
        }
    }

    private Series about(String provider, Instant now) {
        return series.find(SeriesKind.PROVIDER, provider).orElseGet(() -> {
            series.findOrCreate(SeriesKind.PROVIDER, List.of(provider), now);
            return series.find(SeriesKind.PROVIDER, provider).orElseThrow();
        });
    }

    private static Account account(Refused refused, Profile profile) {
        Severity severity = profile.severity().orElse(Severity.HIGH);
        String sentence = String.format(
                Locale.ROOT,
                "%s: fleet=%s names more than %,d new fleets in a day, such as %s; packets of further new ones are not counted.",
                profile.name(),
                refused.pointer(),
                refused.most(),
                refused.quoted());
        List<Fact> facts = List.of(
                new Fact("fleet=", refused.pointer()),
                new Fact("newFleets=", String.format(Locale.ROOT, "%,d", refused.most())),
                new Fact("samples", refused.quoted()),
                new Fact("packets not counted so far", String.format(Locale.ROOT, "%,d", refused.packets())));
        Finding finding = new Finding(
                Cause.UNKNOWN,
                0.5,
                severity,
                "A field that differs with each record is taken for the fleet",
                "hardly a provider gets so many fleets in a day",
                CURE,
                Optional.empty(),
                facts);
        return new Account(sentence, facts, severity, Optional.of(finding), 0, List.of(), Optional.empty());
    }

    @Override
    public String toString() {
        return "telling of new fleets that are refused";
    }
}
