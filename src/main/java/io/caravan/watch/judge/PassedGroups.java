package io.caravan.watch.judge;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.judge.Judgement.Spread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of the silences that passed unseen were one outage of a merged stream: so many of its fleets were late at one moment that it is no chance. They are judged as at a look of that moment,
 * together with those that go on. Pure.
 *
 * @param stream that they are told of
 * @param members of it, at least one of which is back
 */
record PassedGroups(long stream, Spread spread, List<Passed> members) {

    /**
     * The outages, the largest stream first; a silence belongs to one at most.
     *
     * @param least score of so many at once
     * @param sizes how many fleets each merged stream has
     * @param fleets of each merged stream
     */
    static List<PassedGroups> of(
            Detector detector,
            double least,
            Map<Long, Integer> sizes,
            Map<Long, List<Long>> fleets,
            List<Passed> silences) {
        List<PassedGroups> groups = new ArrayList<>();
        List<Passed> left = new ArrayList<>(silences);
        Optional<PassedGroups> next = next(detector, least, sizes, fleets, left);
        while (next.isPresent()) {
            groups.add(next.get());
            left.removeAll(next.get().members());
            next = next(detector, least, sizes, fleets, left);
        }
        return groups;
    }

    private static Optional<PassedGroups> next(
            Detector detector,
            double least,
            Map<Long, Integer> sizes,
            Map<Long, List<Long>> fleets,
            List<Passed> silences) {
        Map<Long, List<Passed>> atOnce = new HashMap<>();
        fleets.forEach((stream, members) -> atOnce.put(
                stream,
                mostAtOnce(silences.stream()
                        .filter(silence -> members.contains(silence.series()))
                        .toList())));
        Map<Long, List<Long>> quiet = new HashMap<>();
        atOnce.forEach((stream, some) ->
                quiet.put(stream, some.stream().map(Passed::series).toList()));
        return Spreads.of(detector, sizes, quiet).entrySet().stream()
                .filter(spread -> spread.getValue().score() >= least)
                .filter(spread -> Objects.requireNonNull(atOnce.get(spread.getKey())).stream()
                        .anyMatch(Passed::isOver))
                .max(Comparator.<Map.Entry<Long, Spread>>comparingInt(
                                spread -> spread.getValue().fleets())
                        .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
                .map(spread -> new PassedGroups(
                        spread.getKey(), spread.getValue(), Objects.requireNonNull(atOnce.get(spread.getKey()))));
    }

    /** When the first of them fell silent. */
    Instant since() {
        return members.stream().map(Passed::since).min(Instant::compareTo).orElseThrow();
    }

    /** When the last of those was back that are. */
    Instant until() {
        return back().stream().map(Passed::overAt).max(Instant::compareTo).orElseThrow();
    }

    /** Its members that are back. */
    List<Passed> back() {
        return members.stream().filter(Passed::isOver).toList();
    }

    /** Their number grows only at a moment at which one of them begins. */
    private static List<Passed> mostAtOnce(List<Passed> silences) {
        return silences.stream()
                .map(Passed::lateAt)
                .distinct()
                .map(moment ->
                        silences.stream().filter(each -> each.goesOnAt(moment)).toList())
                .max(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }
}
