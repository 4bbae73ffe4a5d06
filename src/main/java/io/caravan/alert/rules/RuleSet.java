package io.caravan.alert.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All rules that are in force. Immutable. */
public final class RuleSet {
    static final RuleSet EMPTY = new RuleSet(List.of());

    private final Map<String, Rule> byName = new TreeMap<>();
    private final Map<String, DatasetRules> byDataset;

    RuleSet(List<Rule> rules) {
        rules.forEach(rule -> byName.put(rule.name(), rule));
        byDataset = rules.stream()
                .collect(Collectors.groupingBy(
                        Rule::dataset, Collectors.collectingAndThen(Collectors.toList(), DatasetRules::new)));
    }

    Optional<DatasetRules> of(String dataset) {
        return Optional.ofNullable(byDataset.get(dataset));
    }

    public Optional<Rule> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** By name. */
    public List<Rule> all() {
        return List.copyOf(byName.values());
    }

    /** Names of datasets that have rules. */
    public List<String> datasets() {
        return byDataset.keySet().stream().sorted().toList();
    }
}
