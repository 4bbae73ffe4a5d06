package io.caravan.alert.rules;

import io.caravan.alert.Incidents;
import io.caravan.database.Database;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices rules that are gone, and ends what they had raised. Safe for any thread. */
final class RuleKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RuleKeeper.class);

    private final Database database;
    private final RuleFiles files;
    private final Incidents incidents;
    private final RuleRepository rules;
    private final StateRepository states;
    private RuleSet taken = RuleSet.EMPTY;
    private boolean first = true;

    /** Files of which it isn't known whether they still have a rule that nobody sees any more. */
    private Set<String> doubtful = Set.of();

    RuleKeeper(Database database, RuleFiles files, Incidents incidents) {
        this.database = database;
        this.files = files;
        this.incidents = incidents;
        this.rules = new RuleRepository(database);
        this.states = new StateRepository(database);
    }

    /** Takes over what the files say, if that has changed. */
    synchronized void look() {
        RuleSet now = files.current();
        if (first || now != taken || doubtful.stream().anyMatch(files::isCertain)) {
            Map<String, String> fileOf = files.fileOfEach();
            doubtful = database.inTransaction(connection -> take(now, fileOf));
            taken = now;
            first = false;
        }
    }

    /** The answer is what is left in doubt. */
    private Set<String> take(RuleSet now, Map<String, String> fileOf) {
        Set<String> gone = new HashSet<>();
        Set<String> open = new HashSet<>();
        for (RuleRepository.Known known : rules.lock()) {
            Optional<Rule> rule = now.named(known.name());
            boolean moved = rule.isPresent() && !rule.get().dataset().equals(known.dataset());
            boolean removed = rule.isEmpty() && files.isCertain(known.file());
            if (moved || removed) {
                end(known.name(), moved ? "is now about another dataset" : "was removed");
            }
            if (removed) {
                gone.add(known.name());
            } else if (rule.isEmpty()) {
                open.add(known.file());
            }
        }
        rules.delete(gone);
        List<RuleRepository.Known> all = now.all().stream()
                .map(rule ->
                        new RuleRepository.Known(rule.name(), fileOf.getOrDefault(rule.name(), ""), rule.dataset()))
                .toList();
        rules.put(all);
        return open;
    }

    private void end(String rule, String why) {
        List<String> keys =
                states.firing(rule).stream().map(asset -> Rule.key(rule, asset)).toList();
        incidents.resolve(keys, StreamRules.CARAVAN, "the rule " + rule + " " + why);
        states.drop(rule);
        LOG.info("rule={} {}; {} assets for which it fired are resolved", rule, why, keys.size());
    }
}
