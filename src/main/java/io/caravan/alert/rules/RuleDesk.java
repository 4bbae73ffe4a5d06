package io.caravan.alert.rules;

import io.caravan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How rules stand, for people; whether a service runs or not. Safe for any thread. */
public final class RuleDesk {
    private final RuleFiles files;
    private final StateRepository states;
    private final RuleRepository rules;

    public RuleDesk(Database database, RuleFiles files) {
        this.files = files;
        this.states = new StateRepository(database);
        this.rules = new RuleRepository(database);
    }

    /**
     * A rule and how it stands.
     *
     * @param pending for so many assets its condition holds, but not yet long or often enough
     * @param firing for so many it fires
     * @param fired how often it has raised an incident, of those that are kept
     */
    public record Row(Rule rule, String file, long pending, long firing, long fired, Optional<Instant> lastAt) {}

    /** By name. */
    public List<Row> list() {
        Map<String, StateRepository.Standing> standing = states.standing().stream()
                .collect(Collectors.toMap(StateRepository.Standing::rule, Function.identity()));
        Map<String, RuleRepository.Fired> fired =
                rules.fired().stream().collect(Collectors.toMap(RuleRepository.Fired::rule, Function.identity()));
        Map<String, String> fileOf = files.fileOfEach();
        return files.current().all().stream()
                .map(rule -> {
                    Optional<StateRepository.Standing> now = Optional.ofNullable(standing.get(rule.name()));
                    Optional<RuleRepository.Fired> before = Optional.ofNullable(fired.get(rule.name()));
                    return new Row(
                            rule,
                            fileOf.getOrDefault(rule.name(), ""),
                            now.map(StateRepository.Standing::pending).orElse(0L),
                            now.map(StateRepository.Standing::firing).orElse(0L),
                            before.map(RuleRepository.Fired::times).orElse(0L),
                            before.flatMap(known -> Optional.ofNullable(known.lastAt())));
                })
                .toList();
    }
}
