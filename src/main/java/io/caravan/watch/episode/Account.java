package io.caravan.watch.episode;

import io.caravan.watch.cause.Fact;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say of a trouble.
 *
 * @param sentence the whole of it in one sentence
 * @param table the numbers behind it
 * @param finding its likeliest cause, where that was looked for
 * @param members how many fleets are in it
 * @param sample some of them
 * @param away a time of it in which no watchdog looked
 */
public record Account(
        String sentence,
        List<Fact> table,
        Severity severity,
        Optional<Finding> finding,
        int members,
        List<String> sample,
        Optional<Absence> away) {
    public Account {
        table = List.copyOf(table);
        sample = List.copyOf(sample);
    }
}
