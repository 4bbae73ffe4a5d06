package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.AlertEvents;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.rules.condition.Fields;
import io.caravan.alert.rules.condition.Truth;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import io.caravan.database.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Drives stream rules as a route would, without Camel. Figures are of one thread. */
public final class RulesBench {
    private static final String DATASET = "bench";
    private static final int FIELDS = 40;
    private static final int ASSETS = 5_000;

    private final RuleSet set;
    private final DatasetRules rules;
    private final StreamRules stream;
    private final RecordReading reading;
    private final Random random = new Random(42);
    private long sink;

    public RulesBench(Database database, Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("rules.yaml"), yaml(count));
        RuleFiles files = new RuleFiles(folder, Clock.systemUTC());
        set = files.current();
        rules = set.of(DATASET).orElseThrow(() -> new IllegalStateException(String.valueOf(files.problems())));
        AlertDesk desk = new AlertDesk(database, Clock.systemUTC(), () -> AlertRouting.NOBODY);
        stream = new StreamRules(database, Clock.systemUTC(), files, desk.incidents(), new AlertEvents() {});
        Fields fields = new Fields();
        reading = new RecordReading(
                DATASET,
                fields.named("/car_id"),
                Optional.of(fields.named("/time")),
                RecordTime.UTC,
                Duration.ofHours(1),
                Duration.ofMinutes(10));
    }

    /** Of a hundred rules: 60 thresholds on one field, 15 with a second field, 10 with a state, 5 of either field, 5 with a count, 3 with arithmetic, 2 that look back. */
    static String yaml(int count) {
        StringBuilder yaml = new StringBuilder("dataset: " + DATASET + "\nrules:\n");
        for (int i = 0; i < count; i++) {
            yaml.append("  r")
                    .append(i)
                    .append(": {when: \"")
                    .append(condition(i))
                    .append('"');
            yaml.append(i % 100 >= 90 && i % 100 < 95 ? ", count: 3 within 10m" : i % 4 == 0 ? ", for: 5m" : "");
            yaml.append("}\n");
        }
        return yaml.toString();
    }

    /** Values are evenly spread from 0 to 1,000; a threshold is passed by some of a million values. */
    static String condition(int rule) {
        String field = "data.f" + rule % FIELDS;
        String other = "data.f" + (rule + 1) % FIELDS;
        String high = "999.99" + rule % 9;
        int kind = rule % 100;
        if (kind < 60) {
            return kind % 2 == 0 ? field + " > " + high : field + " < 0.10" + (1 + rule % 9);
        }
        if (kind < 75) {
            return field + " > 999 and " + other + " < " + (1 + rule % 9);
        }
        if (kind < 85) {
            return "data.state == 'code" + rule + "' and " + field + " > 500";
        }
        if (kind < 90) {
            return field + " > " + high + " or " + other + " < 0.102";
        }
        if (kind < 95) {
            return field + " >= " + high;
        }
        return kind < 98 ? field + " - " + other + " > 998" : "change(" + field + ") > 999." + rule % 9;
    }

    /** Such as came from a provider: about 200 bytes, 5 of the 40 fields. */
    public byte[][] records(int count) {
        Instant from = Instant.now();
        byte[][] records = new byte[count][];
        for (int i = 0; i < count; i++) {
            StringBuilder data = new StringBuilder("{\"state\":\"code" + random.nextInt(500_000) + '"');
            int first = random.nextInt(FIELDS);
            for (int field = 0; field < 5; field++) {
                data.append(",\"f").append((first + field) % FIELDS).append("\":");
                data.append(random.nextInt(1_000)).append('.').append(100 + random.nextInt(900));
            }
            records[i] = "{\"car_id\":%d,\"fleet_id\":\"fleet-%d\",\"time\":\"%s\",\"data\":%s}}"
                    .formatted(random.nextInt(ASSETS), random.nextInt(5), from.plusMillis(i / 10), data)
                    .getBytes(StandardCharsets.UTF_8);
        }
        return records;
    }

    /** The floor: strict parsing as any batch has it. */
    public long parse(byte[][] records) {
        for (byte[] record : records) {
            sink += RawRecord.of(new String(record, StandardCharsets.UTF_8))
                    .value()
                    .size();
        }
        return sink;
    }

    /** Parses, then asks those rules that the index finds. The answer is how many held. */
    public long byIndex(byte[][] records) {
        RecordFacts facts = rules.facts(fault -> {});
        Candidates candidates = rules.candidates();
        long held = 0;
        for (byte[] record : records) {
            facts.read(value(record), Instant.EPOCH, Map.of());
            rules.find(facts, candidates);
            for (int i = 0; i < candidates.size(); i++) {
                held += rules.get(candidates.get(i)).when().test(facts) == Truth.TRUE ? 1 : 0;
            }
        }
        return held;
    }

    /** Parses, then asks all rules. The answer is how many held. */
    public long bruteForce(byte[][] records) {
        RecordFacts facts = rules.facts(fault -> {});
        long held = 0;
        for (byte[] record : records) {
            facts.read(value(record), Instant.EPOCH, Map.of());
            for (CompiledRule rule : rules.all()) {
                held += rule.when().test(facts) == Truth.TRUE ? 1 : 0;
            }
        }
        return held;
    }

    private static ObjectNode value(byte[] record) {
        return RawRecord.of(new String(record, StandardCharsets.UTF_8)).value();
    }

    /** Parses and judges, with what is known of assets in PostgreSQL; a transaction for each batch. */
    public void judge(byte[][] records, int batchSize) {
        for (int from = 0; from < records.length; from += batchSize) {
            List<RawRecord> batch = new ArrayList<>(batchSize);
            for (int i = from; i < Math.min(records.length, from + batchSize); i++) {
                batch.add(RawRecord.of(new String(records[i], StandardCharsets.UTF_8)));
            }
            stream.judge(Batch.of("bench:records", Instant.now(), batch), reading, Map.of());
        }
    }

    /** Conditions as a peer asks them; those that look back are left out. */
    public List<String> conditions() {
        return set.all().stream()
                .map(Rule::when)
                .filter(when -> !when.startsWith("change("))
                .toList();
    }
}
