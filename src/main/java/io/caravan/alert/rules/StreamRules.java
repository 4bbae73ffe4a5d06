package io.caravan.alert.rules;

import io.caravan.alert.AlertEvents;
import io.caravan.alert.Incidents;
import io.caravan.batch.Batch;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges batches by the rules of config/rules. What is known of assets is read and written with the batch, in its transaction, so that any node can go on where another one stopped, and what was undone has
 * told nobody. Safe for any thread.
 */
public final class StreamRules {
    private static final Logger LOG = LoggerFactory.getLogger(StreamRules.class);
    static final String CARAVAN = "caravan";
    private static final int MOST_REPORTED = 10_000;

    /** The file of a rule that nobody knows may just be broken; so long later it is looked at again. */
    private static final Duration UNKNOWN_RULE = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;
    private final RuleFiles files;
    private final Incidents incidents;
    private final AlertEvents events;
    private final StateRepository states;
    private final FiringSignals signals;
    private final Newest newest = new Newest();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    public StreamRules(Database database, Clock clock, RuleFiles files, Incidents incidents, AlertEvents events) {
        this.database = database;
        this.clock = clock;
        this.files = files;
        this.incidents = incidents;
        this.events = events;
        this.states = new StateRepository(database);
        this.signals = new FiringSignals(this::broken);
    }

    private void broken(String template, String error) {
        if (isNew(template + error)) {
            LOG.error("the text of {} is broken and told in plain words: {}", template, error);
        }
        events.textBroken(template, error);
    }

    private boolean isNew(String trouble) {
        if (reported.size() > MOST_REPORTED) {
            reported.clear();
        }
        return reported.add(trouble);
    }

    /** Judges a batch, in the transaction of its caller. {@code labels} go to the signals that come of it. */
    public RulesReport judge(Batch batch, RecordReading reading, Map<String, String> labels) {
        Optional<DatasetRules> rules = files.current().of(reading.dataset());
        if (rules.isEmpty()) {
            return RulesReport.nothing(reading.dataset());
        }
        ReadBatch read = ReadBatch.of(batch, reading);
        return database.inTransaction(connection -> judge(batch, read, reading.dataset(), rules.get(), labels));
    }

    private RulesReport judge(
            Batch batch, ReadBatch read, String dataset, DatasetRules rules, Map<String, String> labels) {
        BatchVerdicts verdicts = new BatchVerdicts();
        RuleRun run = new RuleRun(rules, labels, verdicts);
        Map<String, AssetState> known =
                states.load(dataset, read.assets(), !rules.remembered().isEmpty());
        Map<String, Instant> seen = new HashMap<>();
        long late = 0;
        for (TimedRecord record : read.records()) {
            Instant before = newest.of(dataset, record.asset());
            boolean tooLate = before != null && record.at().isBefore(before);
            late += tooLate ? 1 : 0;
            AssetState asset = known.get(record.asset());
            if (asset != null) {
                run.judge(record.asset(), asset, record.value(), record.at(), batch.receivedAt(), tooLate);
            }
            seen.put(record.asset(), record.at());
        }
        states.write(dataset, known);
        tell(verdicts.verdicts);
        RulesReport report = new RulesReport(
                dataset,
                read.records().size(),
                read.unread(),
                read.past(),
                late,
                verdicts.verdicts.fired(),
                verdicts.verdicts.resolved(),
                verdicts.unjudged);
        database.afterCommit(() -> {
            newest.note(dataset, seen);
            events.rulesJudged(report);
        });
        return report;
    }

    /** Gathers what comes of a batch. */
    private final class BatchVerdicts implements RuleRun.Listener {
        private final Verdicts verdicts = new Verdicts();
        private final Map<String, Long> unjudged = new TreeMap<>();

        @Override
        public void stepped(CompiledRule rule, String asset, RuleStep step) {
            verdicts.take(rule, asset, step);
        }

        @Override
        public void unjudged(Rule rule, String what) {
            unjudged.merge(rule.name(), 1L, Long::sum);
            if (isNew(rule.name() + rule.meaning())) {
                LOG.warn(
                        "rule={} can't be judged: {}. Further records of which it can't be are counted only",
                        rule.name(),
                        what);
            }
        }
    }

    /** Raises and resolves. Joins the transaction of its caller. */
    private void tell(Verdicts verdicts) {
        Instant now = clock.instant();
        Map<String, List<String>> over = verdicts.recoveries().stream()
                .collect(Collectors.groupingBy(
                        Recovery::why,
                        TreeMap::new,
                        Collectors.mapping(recovery -> recovery.rule().key(recovery.asset()), Collectors.toList())));
        incidents.raise(verdicts.firings().stream()
                .map(firing -> signals.of(firing, now))
                .toList());
        over.forEach((why, keys) -> incidents.resolve(keys, CARAVAN, why));
    }

    /**
     * Looks at states that are due though no record has come. False: there was none.
     */
    boolean lookAtDue() {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            RuleSet rules = files.current();
            Verdicts verdicts = new Verdicts();
            List<StateRepository.Row> due = states.due(now);
            due.forEach(row -> {
                CompiledRule rule = rules.of(row.dataset())
                        .map(all -> all.named(row.rule()))
                        .orElse(null);
                states.write(
                        row, rule == null ? row.state().dueAt(now.plus(UNKNOWN_RULE)) : step(rule, row, verdicts, now));
            });
            tell(verdicts);
            return !due.isEmpty();
        });
    }

    private static @Nullable RuleState step(
            CompiledRule rule, StateRepository.Row row, Verdicts verdicts, Instant now) {
        RuleState state = row.state().under(rule.rule());
        if (state == null) {
            return null;
        }
        RuleStep step = RuleProgress.due(rule.rule(), state, now);
        verdicts.take(rule, row.asset(), step);
        return step.state();
    }
}
