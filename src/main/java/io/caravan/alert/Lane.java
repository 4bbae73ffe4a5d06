package io.caravan.alert;

/** Which messages a courier carries: critical ones have couriers of their own, and so never wait behind others. */
enum Lane {
    CRITICAL,
    OTHERS;

    static Lane of(Severity severity) {
        return severity == Severity.CRITICAL ? CRITICAL : OTHERS;
    }
}
