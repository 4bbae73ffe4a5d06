package io.caravan.alert.rules;

import io.caravan.batch.Batch;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets records of the past meet rules, and tells what would have come of it; nothing is raised and nothing kept. The records' time is the only one here: a rule that waits for records that don't come is
 * judged when a later record of any asset shows that the time has passed. Used by one thread.
 */
public final class DryRun {
    private final DatasetRules rules;
    private final RecordReading reading;
    private final Listener listener;
    private final Map<String, AssetState> known = new HashMap<>();
    private final Map<String, Instant> newest = new HashMap<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::at));
    private final Map<String, Long> unjudged = new TreeMap<>();
    private final Map<String, String> firstFault = new TreeMap<>();
    private Instant now = Instant.MIN;
    private long records;
    private long unread;
    private long late;

    private record Due(Instant at, String rule, String asset) {}

    /** Is told what would come of records. */
    public interface Listener {
        /**
         * A rule begins to fire.
         *
         * @param summary what people would read
         */
        void fires(Instant at, Rule rule, String asset, String summary);

        /** A rule fires no longer. */
        void ends(Instant at, Rule rule, String asset, String why);
    }

    /**
     * What was seen.
     *
     * @param unread records without asset or time
     * @param late records that came after a later one of their asset
     * @param unjudged how many records each rule couldn't be judged by, and why the first of them
     * @param standing how many assets each rule fires or waits for at the end, such as {@code 2 firing, 1 pending}
     */
    public record Summary(
            long records,
            long unread,
            long late,
            Map<String, Long> unjudged,
            Map<String, String> firstFault,
            Map<String, String> standing) {
        public Summary {
            unjudged = Map.copyOf(unjudged);
            firstFault = Map.copyOf(firstFault);
            standing = Map.copyOf(standing);
        }
    }

    /**
     * A run that has seen nothing yet.
     *
     * @throws IllegalArgumentException when there are no rules for the dataset
     */
    public DryRun(RuleSet set, RecordReading reading, Listener listener) {
        this.rules = set.of(reading.dataset())
                .orElseThrow(() -> new IllegalArgumentException("There is no rule for the dataset '"
                        + reading.dataset() + "' in config/rules. There are rules for: "
                        + String.join(", ", set.datasets())));
        this.reading = reading;
        this.listener = listener;
    }

    /** Judges the records of a batch. */
    public void judge(Batch batch) {
        ReadBatch read = ReadBatch.of(batch, reading);
        unread += read.unread() + read.past();
        RuleRun run = new RuleRun(rules, Map.of(), new Told());
        for (TimedRecord record : read.records()) {
            records++;
            if (record.at().isAfter(now)) {
                endWhatIsDue(record.at());
                now = record.at();
            }
            judge(run, record);
        }
    }

    private void judge(RuleRun run, TimedRecord record) {
        Instant before = newest.getOrDefault(record.asset(), Instant.MIN);
        boolean isLate = record.at().isBefore(before);
        late += isLate ? 1 : 0;
        newest.put(record.asset(), isLate ? before : record.at());
        AssetState state = known.computeIfAbsent(record.asset(), asset -> new AssetState());
        run.judge(record.asset(), state, record.value(), record.at(), record.at(), isLate);
    }

    private void endWhatIsDue(Instant until) {
        Told told = new Told();
        for (Due next = due.peek(); next != null && !next.at().isAfter(until); next = due.peek()) {
            due.remove();
            now = next.at();
            AssetState asset = known.get(next.asset());
            CompiledRule rule = rules.named(next.rule());
            RuleState state = asset == null ? null : asset.state(next.rule());
            if (asset != null && rule != null && state != null && next.at().equals(state.dueAt())) {
                RuleStep step = RuleProgress.due(rule.rule(), state, next.at());
                asset.put(next.rule(), step.state());
                told.stepped(rule, next.asset(), step);
            }
        }
    }

    /** What was seen so far. */
    public Summary summary() {
        Map<String, long[]> standing = new TreeMap<>();
        known.values()
                .forEach(asset -> asset.rules().forEach(rule -> {
                    RuleState state = asset.state(rule);
                    if (state != null) {
                        standing.computeIfAbsent(rule, name -> new long[2])[state.isFiring() ? 0 : 1]++;
                    }
                }));
        Map<String, String> words = new TreeMap<>();
        standing.forEach((rule, counts) -> words.put(rule, counts[0] + " firing, " + counts[1] + " pending"));
        return new Summary(records, unread, late, unjudged, firstFault, words);
    }

    /** Passes on what comes of records, at the time that it is. */
    private final class Told implements RuleRun.Listener {
        private final FiringSignals signals = new FiringSignals(
                (template, error) -> firstFault.putIfAbsent(template, "the text is broken: " + error));

        @Override
        public void stepped(CompiledRule rule, String asset, RuleStep step) {
            RuleState state = step.state();
            Instant dueAt = dueAt(state);
            if (dueAt != null) {
                due.add(new Due(dueAt, rule.rule().name(), asset));
            }
            if (step.kind() == RuleStep.Kind.RESOLVE) {
                listener.ends(now, rule.rule(), asset, step.why());
            } else if (step.kind() == RuleStep.Kind.FIRE && state != null) {
                listener.fires(
                        now,
                        rule.rule(),
                        asset,
                        signals.of(Firing.of(rule, asset, state, false), now).summary());
            }
        }

        private static @Nullable Instant dueAt(@Nullable RuleState state) {
            return state == null ? null : state.dueAt();
        }

        @Override
        public void unjudged(Rule rule, String what) {
            unjudged.merge(rule.name(), 1L, Long::sum);
            firstFault.putIfAbsent("rule " + rule.name(), what);
        }
    }
}
