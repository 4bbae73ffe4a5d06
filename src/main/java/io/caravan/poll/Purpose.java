package io.caravan.poll;

/** What a call is for; backfill comes last. The names are those of the column {@code caravan.call.purpose}. */
public enum Purpose {
    /** A stream's own polling. */
    LIVE,
    /** A window fetched on demand, in calls that the live streams leave over. */
    BACKFILL,
    /** An OAuth2 access token, on behalf of a stream. */
    TOKEN
}
