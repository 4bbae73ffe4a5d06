package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.engine.BackfillRepository.Live;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.engine.Timekeeper.Duty;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the next runs of backfills as soon as they have room, and says when one is done. Any number of nodes may call it at once: each takes those that no other is busy with. */
final class BackfillDuty implements Duty {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillDuty.class);
    private static final Duration LATER = Duration.ofMinutes(1);

    private final Database database;
    private final Definitions definitions;
    private final DagEvents events;
    private final BackfillRepository backfills;
    private final RunChangeRepository runs;
    private final RunStarter starter;
    private final Clearing clearing;
    private final Map<UUID, Instant> notBefore = new HashMap<>();

    BackfillDuty(Database database, Definitions definitions, DagEvents events) {
        this.database = database;
        this.definitions = definitions;
        this.events = events;
        this.backfills = new BackfillRepository(database);
        this.runs = new RunChangeRepository(database);
        this.starter = new RunStarter(database, definitions, events);
        this.clearing = new Clearing(database, definitions);
    }

    @Override
    public boolean run(Instant now) {
        boolean ready = false;
        List<UUID> live = backfills.live();
        notBefore.keySet().retainAll(live);
        for (UUID id : live) {
            if (!notBefore.getOrDefault(id, now).isAfter(now)) {
                ready |= attempt(id, now);
            }
        }
        return ready;
    }

    /** A backfill that can't go on must not keep the others from it. */
    private boolean attempt(UUID id, Instant now) {
        try {
            return database.inTransaction(connection ->
                    backfills.lockLive(id).map(live -> goOn(live, now)).orElse(false));
        } catch (RuntimeException e) {
            LOG.error("backfill={} can't go on; trying again in {}", id, LATER, e);
            notBefore.put(id, now.plus(LATER));
            return false;
        }
    }

    private boolean goOn(Live backfill, Instant now) {
        Optional<Current> workflow = definitions.current(backfill.dag());
        if (workflow.isEmpty() || backfill.room() <= 0) {
            return false;
        }
        FollowUp follow = new FollowUp(database, definitions, events, now);
        follow.lockWorkflows(List.of(backfill.dag()));
        int begun = 0;
        List<BackfillDate> next = backfills.next(backfill.id(), backfill.room());
        while (begun < backfill.room() && !next.isEmpty()) {
            for (BackfillDate date : next) {
                begun += begin(follow, backfill, workflow.get(), date) ? 1 : 0;
            }
            next = backfills.next(backfill.id(), backfill.room() - begun);
        }
        follow.finish();
        if (begun == 0 && next.isEmpty() && backfill.active() == 0) {
            backfills.end(backfill.id(), Backfill.State.DONE, now);
        }
        return begun > 0;
    }

    /** What exists may have changed since it was planned, so it is looked at again when its turn comes. */
    private boolean begin(FollowUp follow, Live backfill, Current workflow, BackfillDate date) {
        Optional<Standing> existing = runs.at(backfill.dag(), date.logicalTime());
        if (existing.isEmpty()) {
            return create(follow, backfill, workflow, date);
        }
        Standing run = runs.lock(List.of(existing.get().run().id())).get(0);
        if (!backfill.reprocess().includes(run.state())) {
            String word = run.state().name().toLowerCase(Locale.ROOT);
            backfills.skipped(
                    backfill.id(),
                    date.position(),
                    (run.state().isFinal() ? "already exists (" : "in flight (") + word + ")");
            return false;
        }
        backfills.started(backfill.id(), date.position(), run.run().id());
        clearing.renew(
                follow,
                run,
                as(run.run().id(), backfill, workflow, date, follow.now()),
                workflow.definition(),
                backfill.id(),
                "run again by backfill " + backfill.id() + ", was "
                        + run.state().name().toLowerCase(Locale.ROOT));
        return true;
    }

    private boolean create(FollowUp follow, Live backfill, Current workflow, BackfillDate date) {
        DagRun run = as(TimeOrderedId.at(follow.now()), backfill, workflow, date, follow.now());
        backfills.started(backfill.id(), date.position(), run.id());
        NewRun wanted = new NewRun(run, backfill.createdBy(), backfill.id(), null, null);
        boolean made = !starter.create(List.of(wanted), follow.now()).isEmpty();
        if (!made) {
            backfills.skipped(backfill.id(), date.position(), "it had a run, which is no longer kept");
        }
        return made;
    }

    private static DagRun as(UUID id, Live backfill, Current workflow, BackfillDate date, Instant now) {
        return new DagRun(
                id,
                backfill.dag(),
                workflow.version(),
                RunKind.BACKFILL,
                date.logicalTime(),
                date.intervalStart(),
                date.intervalEnd(),
                now,
                backfill.params(),
                0,
                now);
    }
}
