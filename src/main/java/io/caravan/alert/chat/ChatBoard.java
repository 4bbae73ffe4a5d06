package io.caravan.alert.chat;

import io.caravan.database.Database;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the chat of our own page shows: the newest 500 messages, none older than 30 days. All nodes show the same. Safe for any thread. */
public final class ChatBoard {
    private static final String CHANNEL = "caravan_alert_chat";
    private static final int MOST = 500;
    private static final Duration KEPT = Duration.ofDays(30);

    private final Database database;
    private final Clock clock;
    private final ChatRepository messages;

    public ChatBoard(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.messages = new ChatRepository(database);
    }

    /**
     * Shows a message. A repeat of it changes nothing but its version.
     *
     * @param id of the message
     * @param place what an earlier call about the same incidents has answered: it is shown there, instead of what stands there
     * @return its place
     */
    public UUID show(UUID id, Optional<UUID> place, String receiver, String message) {
        UUID where = place.orElse(id);
        database.runInTransaction(connection -> {
            messages.lock();
            messages.put(where, receiver, message, clock.instant());
            messages.forget(clock.instant().minus(KEPT), MOST);
            Notifications.send(database, CHANNEL, "");
        });
        return where;
    }

    /** The newest first. */
    public List<ChatMessage> newest(int limit) {
        return messages.newest(limit);
    }

    /** Those that have come or changed after a version, in the order in which they did. */
    public List<ChatMessage> after(long version, int limit) {
        return messages.after(version, limit);
    }

    /** {@code listener} is told whenever there may be something new, in a thread of its own, until the answer is closed. */
    public Notifications listen(Runnable listener) {
        return new Notifications(database, CHANNEL, said -> listener.run()).start();
    }
}
