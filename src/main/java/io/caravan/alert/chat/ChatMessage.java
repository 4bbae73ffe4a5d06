package io.caravan.alert.chat;

import java.time.Instant;
import java.util.UUID;

/**
 * A message on the board.
 *
 * @param version another one, and a greater one than any before, after each change
 * @param receiver whose message it is
 * @param shownAt when it came; it is changed in place
 * @param message a JSON object with all that a text can say
 */
public record ChatMessage(UUID id, long version, String receiver, Instant shownAt, Instant changedAt, String message) {}
