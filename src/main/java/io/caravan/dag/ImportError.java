package io.caravan.dag;

import io.caravan.dag.definition.Mistake;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why what the routes and beans of a workflow say now is not what runs.
 *
 * @param since when it was first found so
 * @param mistakes what is wrong
 */
public record ImportError(String workflow, Instant since, List<Mistake> mistakes) {
    public ImportError {
        mistakes = List.copyOf(mistakes);
    }

    @Override
    public String toString() {
        return mistakes.stream().map(Mistake::toString).collect(Collectors.joining(" | "));
    }
}
