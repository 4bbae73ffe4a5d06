package io.caravan.dag.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a task's route finds in its variables: {@code run}, {@code interval}, {@code params}, {@code outputs} and, for a mapped task, {@code item}. In simple: {@code ${variable.interval.start}},
 * {@code ${variable.params[city]}}, {@code ${variable.outputs[stage]}}.
 */
public final class RunVariables {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunVariables() {}

    /** The run as routes see it. */
    public static final class Run {
        private final Claim claim;

        Run(Claim claim) {
            this.claim = claim;
        }

        public String getId() {
            return claim.run().id().toString();
        }

        public String getDag() {
            return claim.run().dag();
        }

        public String getTask() {
            return claim.key().task();
        }

        /** Counts tries, from 1. */
        public int getAttempt() {
            return claim.attempt();
        }

        public int getMapIndex() {
            return claim.key().mapIndex();
        }

        public Instant getLogicalTime() {
            return claim.run().logicalTime();
        }

        public String getKind() {
            return claim.run().kind().name().toLowerCase(java.util.Locale.ROOT);
        }

        public String getIdempotencyKey() {
            return claim.idempotencyKey();
        }
    }

    /** The data interval as routes see it. */
    public static final class Interval {
        private final DagRun run;
        private final ZoneId zone;

        Interval(DagRun run, ZoneId zone) {
            this.run = run;
            this.zone = zone;
        }

        /** Included. */
        public Instant getStart() {
            return run.intervalStart();
        }

        /** Not included. */
        public Instant getEnd() {
            return run.intervalEnd();
        }

        /** The date on which it starts, by the workflow's zone: what a daily workflow is about. */
        public LocalDate getDate() {
            return run.intervalStart().atZone(zone).toLocalDate();
        }
    }

    public static Map<String, Object> of(Claim claim, ZoneId zone, Map<String, JsonNode> outputs) {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("run", new Run(claim));
        variables.put("interval", new Interval(claim.run(), zone));
        variables.put("params", map(claim.run().params()));
        variables.put(
                "outputs",
                new LazyMap<>(task -> Optional.ofNullable(outputs.get(task)).map(RunVariables::value), () -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    outputs.forEach((task, output) -> values.put(task, value(output)));
                    return values;
                }));
        if (claim.item() != null) {
            variables.put("item", value(claim.item()));
        }
        return variables;
    }

    private static Object value(JsonNode output) {
        return JSON.convertValue(output, Object.class);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(String json) {
        return value(json) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static Object value(String json) {
        try {
            return JSON.readValue(json, Object.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("PostgreSQL gave what is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
