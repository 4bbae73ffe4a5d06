package io.caravan.watch;

import io.caravan.watch.fleet.FleetSettings;
import io.caravan.watch.series.Series;
import java.time.Instant;
import java.util.Optional;

/**
 * How a fleet stands.
 *
 * @param state as the column {@code caravan.watch_state.state} has it
 * @param since when it has been so
 * @param packets all that were ever counted
 * @param settings what is written of it, by whomever
 * @param override what of that was set by the API or a command
 */
public record FleetStanding(
        Series series,
        String state,
        Instant since,
        Optional<Instant> lastEventAt,
        Optional<Instant> lastArrivalAt,
        long packets,
        FleetSettings settings,
        Optional<FleetSettings> override) {

    /** Whose outage silences it. */
    public Optional<String> provider() {
        return settings.provider().or(series::provider);
    }

    /** To whom it belongs, as is written, or else as its packets say. */
    public Optional<String> tenant() {
        return settings.tenant().or(series::tenant);
    }

    /** Where it drives, as is written, or else as its packets say. */
    public Optional<String> region() {
        return settings.region().or(series::region);
    }
}
