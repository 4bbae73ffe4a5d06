package io.caravan.alert.answer;

import java.time.Instant;
import java.util.UUID;

/**
 * What a link does, for whom and until when.
 *
 * @param number of the incident, or of the silence that it ends
 * @param receiver to whom it was sent; who has it is taken for them
 * @param message in which it stands: of one message a link acts once
 * @param expires whole seconds
 */
public record AnswerLink(Act act, long number, String receiver, UUID message, Instant expires) {
    boolean isExpired(Instant now) {
        return !now.isBefore(expires);
    }
}
