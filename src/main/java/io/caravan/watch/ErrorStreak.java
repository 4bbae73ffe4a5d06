package io.caravan.watch;

import io.caravan.watch.series.SeriesKind;
import java.time.Instant;
import java.util.Optional;

/**
 * What goes wrong with a provider without a break: calls that fail, none of which with this credential was accepted since the first of them, or records most of which are rejected.
 *
 * @param credential of the calls; empty: they are accepted, and the records rejected
 * @param inUse whether the provider's streams use the credential; else it was only tried
 * @param since the first of them
 */
record ErrorStreak(String provider, Optional<String> credential, boolean inUse, Instant since) {

    static ErrorStreak ofRejects(String provider, Instant since) {
        return new ErrorStreak(provider, Optional.empty(), true, since);
    }

    /** The series that is in trouble: all that the provider sends, or just the credential that nobody needs at the moment. */
    SeriesKind kind() {
        return inUse ? SeriesKind.PROVIDER : SeriesKind.CREDENTIAL;
    }

    String series() {
        return inUse ? provider : provider + credential.map(name -> ":" + name).orElse("");
    }
}
