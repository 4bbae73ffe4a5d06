package io.caravan.alert.answer;

import io.caravan.alert.Confirmations;
import io.caravan.alert.Confirmations.Reception;
import io.caravan.alert.DeliveryState;
import java.util.UUID;

/**
 * What a service says of a message that it has taken.
 *
 * @param id the message's, as the service has it from us: also with the number of what it said after a dot
 * @param state DELIVERED, READ or FAILED
 * @param error why it failed
 */
record MessageFate(String id, DeliveryState state, String error) {
    /** Notes it. Of a message that isn't the channel's nothing more is told than of one that isn't there. */
    HookAnswer tell(Confirmations confirmations, String channel) {
        return switch (reception(confirmations, channel)) {
            case TAKEN -> HookAnswer.taken();
            case LATER -> HookAnswer.later();
            case UNKNOWN -> HookAnswer.unknown();
        };
    }

    private Reception reception(Confirmations confirmations, String channel) {
        UUID message;
        try {
            message = UUID.fromString(id.replaceFirst("\\.\\d+$", ""));
        } catch (IllegalArgumentException e) {
            return Reception.UNKNOWN;
        }
        return state == DeliveryState.FAILED
                ? confirmations.failed(channel, message, error)
                : confirmations.confirmed(channel, message, state);
    }
}
