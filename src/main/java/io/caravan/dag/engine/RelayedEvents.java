package io.caravan.dag.engine;

import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.Notifications;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a command, which nobody watches, lets runs and tries start and end, told to the listeners of one node: the one that has been there for longest hears it on the results' channel and passes it on. Nothing is kept;
 * where no node runs, nobody hears of it. Safe for any thread.
 */
public final class RelayedEvents implements DagEvents {
    private static final String STARTED = "started ";
    private static final String ENDED = "ended ";
    private static final String DONE = "done ";

    private final Database database;

    public RelayedEvents(Database database) {
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

    /** The try in as many words as its run and its claim have numbers; the item isn't told. */
    @Override
    public void taskEnded(Claim claim, TaskState state, Duration took) {
        say(String.join(
                " ",
                DONE + claim.run().id(),
                state.name(),
                took.toString(),
                String.valueOf(claim.key().mapIndex()),
                String.valueOf(claim.number()),
                String.valueOf(claim.attempt()),
                String.valueOf(claim.spent()),
                claim.startedAt().toString(),
                claim.firstStartedAt().toString(),
                claim.readyAt().toString(),
                claim.key().task()));
    }

    private void say(String what) {
        database.runInTransaction(connection -> Notifications.send(database, Results.CHANNEL, what));
    }

    static boolean isOne(String message) {
        return message.startsWith(STARTED) || message.startsWith(ENDED) || message.startsWith(DONE);
    }

    /** Passes a message on, as the run stands by now. */
    static void pass(Database database, String message, DagEvents listener, Instant now) {
        String[] words = message.split(" ", 12);
        UUID id = UUID.fromString(words[1]);
        Optional<Standing> found =
                database.inTransaction(connection -> new RunChangeRepository(database).find(List.of(id))).stream()
                        .findFirst();
        found.ifPresent(standing -> {
            DagRun run = standing.run();
            if (message.startsWith(STARTED)) {
                listener.runStarted(run, Duration.between(run.dueAt(), run.startedAt()));
            } else if (message.startsWith(DONE)) {
                listener.taskEnded(claim(run, words), TaskState.valueOf(words[2]), Duration.parse(words[3]));
            } else if (standing.state().isFinal()) {
                listener.runEnded(run, standing.state(), Duration.between(run.startedAt(), now));
            }
        });
    }

    private static Claim claim(DagRun run, String[] words) {
        return new Claim(
                new TaskKey(run.id(), words[11], Integer.parseInt(words[4])),
                run,
                Long.parseLong(words[5]),
                Integer.parseInt(words[6]),
                Integer.parseInt(words[7]),
                Instant.parse(words[8]),
                Instant.parse(words[9]),
                Instant.parse(words[10]),
                null);
    }
}
