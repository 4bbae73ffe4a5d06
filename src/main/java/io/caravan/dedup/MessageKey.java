package io.caravan.dedup;

import java.util.UUID;

/** A message id of Camel's {@code idempotentConsumer}, as it is remembered: SHA-256 of all its characters, cut to 128 bits. */
record MessageKey(String text, UUID hash) {
    private static final UUID SPACE = KeySpace.of("message id 1");

    MessageKey(String text) {
        this(text, KeySpace.place(KeySpace.of(text), SPACE));
    }
}
