package io.caravan.watch.series;

import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.fleet.Expectations;
import io.caravan.watch.fleet.FleetSettings;
import io.caravan.watch.fleet.Fleets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What {@code config/fleets.yaml}, the API and commands say of each series. Safe for any thread. */
public final class WrittenProfiles implements Profiles {
    private final Fleets fleets;
    private final Expectations expectations;
    private final Clock clock;

    public WrittenProfiles(Fleets fleets, Clock clock) {
        this.fleets = fleets;
        this.expectations = new Expectations(fleets.calendars());
        this.clock = clock;
    }

    @Override
    public Profile of(Series series) {
        FleetSettings settings = settings(series);
        Expectation expectation = expectations.of(settings, fleets.version(), clock.instant());
        return new Profile(
                settings.name().orElse(series.kind().isMerged() ? series.name() : series.shortName()),
                tenant(series, settings),
                provider(series, settings),
                credential(series, settings),
                region(series, settings),
                settings.owner(),
                settings.contact(),
                expectation,
                settings.severity(),
                retireAfter(series, settings),
                settings.lagLimit());
    }

    @Override
    public List<Window> plannedSilences(Series series, Instant from, Instant until) {
        return Expectations.windows(
                settings(series), from, until, of(series).expectation().zone());
    }

    private FleetSettings settings(Series series) {
        return switch (series.kind()) {
            case FLEET -> fleets.ofFleet(series.name());
            case PROVIDER -> fleets.ofProvider(series.name());
            case CREDENTIAL, REGION, TENANT -> fleets.ofMerged(series.kind().name(), series.name());
        };
    }

    private static Optional<String> tenant(Series series, FleetSettings settings) {
        return series.kind() == SeriesKind.TENANT
                ? Optional.of(series.name())
                : series.kind().isMerged()
                        ? Optional.empty()
                        : settings.tenant().or(series::tenant);
    }

    private static Optional<String> region(Series series, FleetSettings settings) {
        return series.kind() == SeriesKind.REGION
                ? Optional.of(series.name())
                : series.kind().isMerged()
                        ? Optional.empty()
                        : settings.region().or(series::region);
    }

    private static Optional<String> provider(Series series, FleetSettings settings) {
        return switch (series.kind()) {
            case FLEET -> settings.provider().or(series::provider);
            case PROVIDER -> Optional.of(series.name());
            case CREDENTIAL ->
                Optional.of(series.name())
                        .filter(name -> name.indexOf(':') > 0)
                        .map(name -> name.substring(0, name.indexOf(':')));
            case REGION, TENANT -> Optional.empty();
        };
    }

    /** As the provider knows it: without the provider's name. */
    private static Optional<String> credential(Series series, FleetSettings settings) {
        return switch (series.kind()) {
            case FLEET -> settings.credential();
            case CREDENTIAL -> Optional.of(series.name().substring(series.name().indexOf(':') + 1));
            case PROVIDER, REGION, TENANT -> Optional.empty();
        };
    }

    private static Optional<Duration> retireAfter(Series series, FleetSettings settings) {
        return series.kind().isMerged()
                ? Optional.empty()
                : Optional.of(settings.retireAfter().orElse(FleetSettings.USUAL_RETIREMENT));
    }

    @Override
    public long version() {
        return fleets.version();
    }
}
