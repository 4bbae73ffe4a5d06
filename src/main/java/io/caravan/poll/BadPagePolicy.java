package io.caravan.poll;

/** What becomes of a stream whose page still can't be used after the retries. */
enum BadPagePolicy {
    HALT,
    SKIP;

    static BadPagePolicy of(String word) {
        return switch (word) {
            case "halt" -> HALT;
            case "skip" -> SKIP;
            default -> throw new IllegalArgumentException("onBadPage '" + word + "' is unknown; use halt or skip.");
        };
    }
}
