package io.caravan.watch.fleet;

import io.caravan.watch.detect.Window;
import io.caravan.watch.fleet.ExpectedDay.Expect;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is expected of a merged stream, day by day: a day is as special as it is to those who send at least half of what its fleets send that aren't off, and nothing is expected when all are off. Each
 * fleet's day is that of its own clock.
 */
public final class MergedCalendar implements ExpectedDays {
    private static final double HALF = 0.5;

    private final List<Part> parts;
    private final int fleets;

    /**
     * Fleets of one mind.
     *
     * @param fleets how many
     * @param weight how much they send together
     */
    public record Part(ExpectedDays calendar, int fleets, double weight) {}

    /** @param parts at least one */
    public MergedCalendar(List<Part> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException(
                    "A merged stream without a fleet has no calendar; give those of its fleets.");
        }
        double sum = parts.stream().mapToDouble(Part::weight).sum();
        this.parts = parts.stream()
                .map(part -> sum > 0 ? part : new Part(part.calendar(), part.fleets(), part.fleets()))
                .toList();
        this.fleets = parts.stream().mapToInt(Part::fleets).sum();
    }

    /** That of most of its fleets. */
    @Override
    public ZoneId zone() {
        Map<ZoneId, Integer> counts = new HashMap<>();
        parts.forEach(part -> counts.merge(part.calendar().zone(), part.fleets(), Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<ZoneId, Integer>comparingByValue()
                        .thenComparing(entry -> entry.getKey().getId(), Comparator.reverseOrder()))
                .orElseThrow()
                .getKey();
    }

    @Override
    public List<String> calendars() {
        return parts.stream()
                .flatMap(part -> part.calendar().calendars().stream())
                .distinct()
                .toList();
    }

    @Override
    public List<ExpectedDay> days(LocalDate from, int count) {
        List<List<ExpectedDay>> each =
                parts.stream().map(part -> part.calendar().days(from, count)).toList();
        List<ExpectedDay> days = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int day = i;
            days.add(together(each.stream().map(its -> its.get(day)).toList()));
        }
        return days;
    }

    private ExpectedDay together(List<ExpectedDay> days) {
        Map<Expect, Double> weights = new HashMap<>();
        Map<String, Integer> reasons = new LinkedHashMap<>();
        Set<Window> windows = new LinkedHashSet<>();
        for (int i = 0; i < days.size(); i++) {
            ExpectedDay day = days.get(i);
            Part part = parts.get(i);
            weights.merge(day.expect(), part.weight(), Double::sum);
            day.reasons().forEach(reason -> reasons.merge(reason, part.fleets(), Integer::sum));
            windows.addAll(day.windows());
        }
        List<String> told = reasons.entrySet().stream()
                .map(reason -> reason.getValue() == fleets
                        ? reason.getKey()
                        : reason.getKey() + " (" + reason.getValue() + " of " + fleets + " fleets)")
                .toList();
        return new ExpectedDay(days.get(0).date(), expect(weights), told, List.copyOf(windows));
    }

    private static Expect expect(Map<Expect, Double> weights) {
        double all = weights.values().stream().mapToDouble(weight -> weight).sum();
        double there = all - weights.getOrDefault(Expect.NOTHING, 0.0);
        if (there <= 0) {
            return Expect.NOTHING;
        }
        double little = weights.getOrDefault(Expect.LITTLE, 0.0);
        double less = weights.getOrDefault(Expect.LESS, 0.0) + little;
        if (little >= HALF * there) {
            return Expect.LITTLE;
        }
        return less >= HALF * there || there <= HALF * all ? Expect.LESS : Expect.USUAL;
    }
}
