package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who is told in a group, and where their channel has put it. What is put in one channel or at one address is unknown in another. Joins the transaction of its caller. */
final class ReaderRepository {
    private static final String SAME_PLACE = """
            on conflict (group_id, receiver) do update
               set channel = excluded.channel, address = excluded.address, listens = r.listens or excluded.listens,
                   thread = coalesce(excluded.thread, case when r.channel = excluded.channel and r.address = excluded.address then r.thread end)""";

    private static final Query TELL = Query.of("""
            insert into caravan.alert_reader as r (group_id, receiver, channel, address, listens) values (:group, :receiver, :channel, :address, :listens)
            """ + SAME_PLACE);

    private static final Query PUT = Query.of("""
            insert into caravan.alert_reader as r (group_id, receiver, channel, address, thread)
            select group_id, receiver, channel, address, :thread from caravan.alert_delivery where id = :delivery and group_id is not null
            """ + SAME_PLACE);

    private static final Query LEAVE_THREAD = Query.of("""
            update caravan.alert_reader r set thread = null
              from caravan.alert_delivery d where d.id = :delivery and r.group_id = d.group_id and r.receiver = d.receiver""");

    private static final Query FORGET = Query.of("""
            delete from caravan.alert_reader r
             using caravan.alert_delivery d where d.id = :delivery and r.group_id = d.group_id and r.receiver = d.receiver""");

    private static final Query LISTENERS = Query.of("""
            select receiver from caravan.alert_reader where group_id = :group and (listens or :all) order by receiver""");

    private final Database database;

    ReaderRepository(Database database) {
        this.database = database;
    }

    /**
     * A message is for this receiver.
     *
     * @param listens whether it hears from now on of all that the group's own receiver hears of
     */
    void tell(Delivery delivery, boolean listens) {
        delivery.group()
                .ifPresent(group -> TELL.on(database)
                        .set("group", group)
                        .set("receiver", delivery.receiver())
                        .set("channel", delivery.channel())
                        .set("address", delivery.address())
                        .set("listens", listens)
                        .update());
    }

    /** The channel has put a message there. */
    void put(UUID delivery, Optional<String> thread) {
        PUT.on(database)
                .set("delivery", delivery)
                .set("thread", thread.orElse(null))
                .update();
    }

    /** What the channel had put somewhere is not there any more. */
    void leaveThread(UUID delivery) {
        LEAVE_THREAD.on(database).set("delivery", delivery).update();
    }

    /** The receiver of this message has heard the end. */
    void forget(UUID delivery) {
        FORGET.on(database).set("delivery", delivery).update();
    }

    /**
     * Who hears of news besides the group's own receiver.
     *
     * @param all also those who have only been told once
     */
    List<String> listeners(long group, boolean all) {
        return LISTENERS.on(database).set("group", group).set("all", all).list(row -> row.getString("receiver"));
    }
}
