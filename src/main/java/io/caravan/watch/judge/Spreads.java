package io.caravan.watch.judge;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.judge.Judgement.Spread;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether so many fleets of a merged stream are quiet at once that it is no chance: each by itself would be so in one of a hundred looks. Where a smaller merged stream has nearly all of them,
 * the trouble is that one's. Pure.
 */
public final class Spreads {
    private static final int FEWEST = 5;
    private static final double LEAST_SHARE = 0.05;
    private static final double NEARLY_ALL = 0.9;

    private Spreads() {}

    /**
     * How far the quiet of their members has spread in merged streams.
     *
     * @param sizes how many fleets each merged stream has
     * @param quiet which of them are
     */
    public static Map<Long, Spread> of(Detector detector, Map<Long, Integer> sizes, Map<Long, List<Long>> quiet) {
        Map<Long, Set<Long>> sets = new HashMap<>();
        quiet.forEach((stream, fleets) -> sets.put(stream, new HashSet<>(fleets)));
        Map<Long, Spread> spreads = new HashMap<>();
        sizes.forEach((stream, size) -> {
            Set<Long> fleets = sets.getOrDefault(stream, Set.of());
            boolean worthIt = fleets.size() >= FEWEST
                    && fleets.size() >= LEAST_SHARE * size
                    && !isAnothers(stream, fleets, sizes, sets);
            spreads.put(stream, new Spread(size, fleets.size(), worthIt ? detector.together(fleets.size(), size) : 0));
        });
        return spreads;
    }

    private static boolean isAnothers(
            Long stream, Set<Long> fleets, Map<Long, Integer> sizes, Map<Long, Set<Long>> sets) {
        int size = sizes.getOrDefault(stream, 0);
        return sets.entrySet().stream()
                .filter(other -> sizes.getOrDefault(other.getKey(), 0) < size)
                .anyMatch(other ->
                        fleets.stream().filter(other.getValue()::contains).count() >= NEARLY_ALL * fleets.size());
    }
}
