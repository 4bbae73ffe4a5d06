package io.caravan.watch.episode;

import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Trouble;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the cause of a series' trouble looked for. That it can't be found must not keep the trouble from being told. Safe for any thread. */
public final class Causing {
    private static final Logger LOG = LoggerFactory.getLogger(Causing.class);

    private final CauseFinder finder;

    public Causing(CauseFinder finder) {
        this.finder = finder;
    }

    public Optional<Finding> of(Series series, Profile profile, int fleets, Instant since, Instant now) {
        try {
            return finder.find(trouble(series, profile, fleets, since, now));
        } catch (RuntimeException e) {
            LOG.warn("series={}: the cause of its trouble can't be looked for; it is told without", series.name(), e);
            return Optional.empty();
        }
    }

    static Trouble trouble(Series series, Profile profile, int fleets, Instant since, Instant now) {
        Optional<String> provider = profile.provider().or(series::provider);
        return new Trouble(
                series.name(),
                profile.tenant(),
                provider,
                profile.credential(),
                !series.kind().isMerged(),
                fleets,
                since.isAfter(now) ? now : since,
                now,
                profile.expectation().zone(),
                profile.expectation()
                        .specialDates()
                        .nameOn(now.atZone(profile.expectation().zone()).toLocalDate()));
    }
}
