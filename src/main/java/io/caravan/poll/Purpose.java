package io.caravan.poll;

/** What a call is for. The names are those of the column {@code caravan.call.purpose}. */
public enum Purpose {
    /** A stream's own polling. */
    LIVE,
    /** A window fetched on demand, in calls that the live streams leave over. */
    BACKFILL,
    /** An OAuth2 access token, on behalf of a stream. */
    TOKEN,
    /** A try whether a credential is accepted, in calls that the live streams leave over. */
    PROBE;

    /** Whether it takes only what the live streams leave over. */
    boolean comesLast() {
        return this == BACKFILL || this == PROBE;
    }
}
