package io.caravan.dag;

import io.caravan.dag.RunChangeRepository.Standing;
import io.caravan.database.Database;
import io.caravan.database.Notifications;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a command, which nobody watches, lets runs start and end, told to the listeners of one node: the one that has been there for longest hears it on the results' channel and passes it on. Nothing is kept;
 * where no node runs, nobody hears of it. Safe for any thread.
 */
final class RelayedEvents implements DagEvents {
    private static final String STARTED = "started ";
    private static final String ENDED = "ended ";

    private final Database database;

    RelayedEvents(Database database) {
        this.database = database;
    }

    @Override
    public void runStarted(DagRun run, Duration lag) {
        say(STARTED + run.id());
    }

    @Override
    public void runEnded(DagRun run, RunState state, Duration took) {
        say(ENDED + run.id());
    }

    private void say(String what) {
        database.runInTransaction(connection -> Notifications.send(database, Results.CHANNEL, what));
    }

    static boolean isOne(String message) {
        return message.startsWith(STARTED) || message.startsWith(ENDED);
    }

    /** Passes a message on, as the run stands by now. */
    static void pass(Database database, String message, DagEvents listener, Instant now) {
        UUID id = UUID.fromString(message.substring(message.indexOf(' ') + 1));
        Optional<Standing> found =
                database.inTransaction(connection -> new RunChangeRepository(database).find(List.of(id))).stream()
                        .findFirst();
        found.ifPresent(standing -> {
            DagRun run = standing.run();
            if (message.startsWith(STARTED)) {
                listener.runStarted(run, Duration.between(run.dueAt(), run.startedAt()));
            } else if (standing.state().isFinal()) {
                listener.runEnded(run, standing.state(), Duration.between(run.startedAt(), now));
            }
        });
    }
}
