package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What is known of messages after their channel has taken them. Joins the transaction of its caller. */
final class ConfirmationRepository {
    /** What is said of a message while it is tried again may be said of an earlier try, which told something else. */
    private static final String OF_THIS_TRY = "(state = 'SENT' or state = 'SENDING' and tries = 0)";

    private static final Query CONFIRM = Query.of("""
            update caravan.alert_delivery d
               set state = :state, sent_at = coalesce(sent_at, :now), delivered_at = coalesce(delivered_at, :now),
                   read_at = case when :state = 'READ' then :now::timestamptz end,
                   leased_until = null, confirm_by = null, unreached_at = null, error = null
             where id = :id and channel = :channel
               and (%s or state = 'FAILED' or state = 'DELIVERED' and :state = 'READ')
            returning %s""".formatted(OF_THIS_TRY, DeliveryRepository.COLUMNS));

    /** The try counts when it is noted that it has failed. */
    private static final Query TAKE_BACK = Query.of("""
            update caravan.alert_delivery d
               set state = 'SENDING', leased_until = :now, sent_at = null, confirm_by = null, tries = greatest(tries - 1, 0)
             where id = :id and channel = :channel and unconfirmed_at is null and %s
            returning %s""".formatted(OF_THIS_TRY, DeliveryRepository.COLUMNS));

    private static final Query LOST = Query.of("""
            update caravan.alert_delivery set state = 'FAILED', sent_at = null, error = :error
             where id = :id and channel = :channel and state = 'SENT' and unconfirmed_at is not null""");

    private static final Query STATE = Query.of("""
            select state from caravan.alert_delivery where id = :id and channel = :channel""");

    private static final Query OVERDUE = Query.of("""
            update caravan.alert_delivery d set confirm_by = null
             where id = (select id from caravan.alert_delivery
                          where confirm_by <= :now and state = 'SENT'
                          order by confirm_by
                          limit 1
                            for update skip locked)
            returning %s""".formatted(DeliveryRepository.COLUMNS));

    private static final Query UNCONFIRMED = Query.of("""
            update caravan.alert_delivery set unconfirmed_at = :now, error = :error where id = :id""");

    private final Database database;

    ConfirmationRepository(Database database) {
        this.database = database;
    }

    /** Notes that a message of a channel is there, or is read. Empty: nothing new, or it isn't known of which try that is said. */
    Optional<Delivery> confirm(String channel, UUID id, DeliveryState state, Instant now) {
        return CONFIRM.on(database)
                .set("channel", channel)
                .set("id", id)
                .set("state", state)
                .set("now", now)
                .first(DeliveryRepository::delivery);
    }

    /** A message that was sent is being sent again, as far as the outbox knows; unless somebody else was told already. */
    Optional<Delivery> takeBack(String channel, UUID id, Instant now) {
        return TAKE_BACK
                .on(database)
                .set("channel", channel)
                .set("id", id)
                .set("now", now)
                .first(DeliveryRepository::delivery);
    }

    /** A message instead of which somebody else was told has failed. */
    void lost(String channel, UUID id, String error) {
        LOST.on(database)
                .set("channel", channel)
                .set("id", id)
                .set("error", error)
                .update();
    }

    /** How a message of this channel stands; empty: there is none. */
    Optional<DeliveryState> state(String channel, UUID id) {
        return STATE.on(database)
                .set("channel", channel)
                .set("id", id)
                .first(row -> DeliveryState.valueOf(row.getString("state")));
    }

    /** A message that should have been confirmed by now. Each is found once. */
    Optional<Delivery> overdue(Instant now) {
        return OVERDUE.on(database).set("now", now).first(DeliveryRepository::delivery);
    }

    /** Somebody else is told. */
    void unconfirmed(UUID id, String error, Instant now) {
        UNCONFIRMED
                .on(database)
                .set("id", id)
                .set("error", error)
                .set("now", now)
                .update();
    }
}
