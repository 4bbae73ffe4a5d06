package io.caravan.poll;

/** Why a call gave no page. The names are those of the column {@code caravan.call.error_kind}. */
public enum ErrorKind {
    /** No whole answer within the provider's connect, read or call timeout. */
    TIMEOUT,
    /** The connection could not be made, or broke before the whole answer was there. */
    CONNECTION,
    /** The provider failed: 5xx. */
    SERVER,
    /** The provider said that we call too often: 429. */
    THROTTLED,
    /** The credentials were refused: 401 or 403, also after a fresh token. */
    UNAUTHORIZED,
    /** The provider understood and won't: any other status than 2xx. The route or the provider's bean needs a change. */
    REFUSED,
    /** An answer came that is not what the stream declares. */
    BAD_PAGE
}
