package io.caravan.dag.engine;

import io.caravan.dag.event.News;
import io.caravan.dag.run.Claim;
import io.caravan.database.outbox.Told;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a route runs for: a task of a run, or an event. The runs that the route starts are kept with it, so that another try finds them rather than starting them twice. It travels with the exchange
 * and its copies, as the property {@link #PROPERTY}. Safe for any thread.
 */
public final class Occasion {
    public static final String PROPERTY = "CaravanDagOccasion";

    private final String name;
    private final Optional<UUID> run;
    private final @Nullable Object facts;
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    private Occasion(String name, Optional<UUID> run, @Nullable Object facts) {
        this.name = name;
        this.run = run;
        this.facts = facts;
    }

    /** The same for every try of a task's instance in its run. */
    public static Occasion of(Claim claim) {
        UUID run = claim.run().id();
        return new Occasion("task " + claim.key() + " of run " + run, Optional.of(run), null);
    }

    /**
     * The same for every time that an event is told.
     *
     * @param facts the body that the route begins with
     */
    public static Occasion of(Told event, Object facts) {
        Optional<UUID> run = Optional.ofNullable(event.labels().get(News.RUN)).map(UUID::fromString);
        return new Occasion("event " + event.id(), run, facts);
    }

    /** The run whose task it is, or that the event is about. */
    public Optional<UUID> run() {
        return run;
    }

    /** Whether a body is what the route was told, and not what it has made. */
    public boolean isToldBy(@Nullable Object body) {
        return facts != null && facts == body;
    }

    /** What it is for people. */
    @Override
    public String toString() {
        return name;
    }

    /** A key of something that the route asks for; the same at each try, and another one for each time that a try asks for the same. */
    public UUID key(String wanted) {
        int times = asked.merge(wanted, 1, Integer::sum);
        return UUID.nameUUIDFromBytes((name + '\n' + times + '\n' + wanted).getBytes(StandardCharsets.UTF_8));
    }
}
