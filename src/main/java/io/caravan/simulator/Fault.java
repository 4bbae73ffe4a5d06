package io.caravan.simulator;

import java.time.Duration;
import java.util.Locale;

/** A misbehaviour of the provider; {@code delay} is its pace where it has one and the Retry-After of a 429. */
public record Fault(Kind kind, Duration delay) {
    /** What can go wrong between a provider and its caller. */
    public enum Kind {
        /** 429 with Retry-After in seconds, although the limit was kept. */
        TOO_MANY_REQUESTS,
        /** 429 with Retry-After as an HTTP date. */
        TOO_MANY_REQUESTS_UNTIL_DATE,
        UNAUTHORIZED,
        FORBIDDEN,
        SERVER_ERROR,
        UNAVAILABLE,
        /** The whole answer comes late. */
        SLOW,
        /** The body trickles, in 20 pieces. */
        DRIP,
        /** The connection is cut in the middle of the body. */
        CUT,
        /** The connection is cut before any answer. */
        RESET,
        /** No answer at all until the caller gives up. */
        HANG,
        /** 200 with an HTML page, as from a proxy under maintenance. */
        HTML,
        /** 200 with the first half of the JSON text, complete by its Content-Length. */
        TRUNCATED,
        /** 200 with a JSON object that lacks the records. */
        NO_RECORDS,
        /** 200 with text in place of the array of records; the cursor is there. */
        RECORDS_NOT_A_LIST,
        /** The right page under {@code Content-Type: text/plain}. */
        WRONG_TYPE,
        /** The right page with 64 MiB of white space in front of it. */
        OVERSIZED,
        /** The right page compressed, asked for or not. */
        GZIP;

        static Kind named(String name) {
            try {
                return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "No fault is called '" + name + "'. Known faults: " + java.util.List.of(values()) + ".", e);
            }
        }
    }

    /** The fault with a delay of two seconds. */
    public static Fault of(Kind kind) {
        return new Fault(kind, Duration.ofSeconds(2));
    }
}
