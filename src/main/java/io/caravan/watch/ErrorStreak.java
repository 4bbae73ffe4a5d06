package io.caravan.watch;

import java.time.Instant;

/**
 * Failed calls to a provider in a row: none with this credential was accepted since the first of them.
 *
 * @param inUse whether the provider's streams use the credential; else it was only tried
 * @param since the first of them
 */
record ErrorStreak(String provider, String credential, boolean inUse, Instant since, int calls) {

    /** The series that is in trouble: all that the provider sends, or just the credential that nobody needs at the moment. */
    SeriesKind kind() {
        return inUse ? SeriesKind.PROVIDER : SeriesKind.CREDENTIAL;
    }

    String series() {
        return inUse ? provider : provider + ":" + credential;
    }
}
