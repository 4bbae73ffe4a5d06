package io.caravan.alert.rules;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What came of the records of a batch, or of a look at what is due: the last word on each rule and asset. Filled by one thread. */
public final class Verdicts {
    private final Map<String, Firing> firings = new LinkedHashMap<>();
    private final Map<String, Recovery> recoveries = new LinkedHashMap<>();
    private final Map<String, Long> fired = new TreeMap<>();
    private final Map<String, Long> resolved = new TreeMap<>();

    void take(CompiledRule compiled, String asset, RuleStep step) {
        Rule rule = compiled.rule();
        RuleState state = step.state();
        boolean again = step.kind() == RuleStep.Kind.AGAIN;
        switch (step.kind()) {
            case FIRE, AGAIN -> {
                if (state != null) {
                    fired.merge(rule.name(), again ? 0L : 1L, Long::sum);
                    recoveries.remove(rule.key(asset));
                    firings.put(rule.key(asset), Firing.of(compiled, asset, state, again));
                }
            }
            case RESOLVE -> {
                resolved.merge(rule.name(), 1L, Long::sum);
                recoveries.put(rule.key(asset), new Recovery(rule, asset, step.why()));
            }
            case NOTHING -> {}
        }
    }

    /** The last one of each rule and asset. One that has recovered since is among the {@link #recoveries}, too. */
    public Collection<Firing> firings() {
        return firings.values();
    }

    /** Those that hold at the end. */
    public Collection<Recovery> recoveries() {
        return recoveries.values();
    }

    /** How often each rule began to fire. */
    public Map<String, Long> fired() {
        return fired;
    }

    /** How often each ended. */
    public Map<String, Long> resolved() {
        return resolved;
    }
}
