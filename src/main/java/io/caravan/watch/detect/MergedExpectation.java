package io.caravan.watch.detect;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to expect of a merged stream, put together from what is known of its members. A day is as special as it is to those who send at least half of it; a time in which all are off is a window
 * of its own; and where some are off, what they would have sent isn't expected ({@link Presence}). For one thread.
 */
public final class MergedExpectation {
    /** What is left over is a rounding error. */
    private static final double ALL = 0.999;

    private final List<Group> groups;
    private final Expectation whole;
    private final int from;
    private final int until;

    /**
     * Members of one mind.
     *
     * @param expectation with all windows
     * @param weight arrivals an hour of all of them, mean of the week
     */
    public record Group(Expectation expectation, double weight) {}

    /** @param from since when, and {@code until} when, it matters who is off */
    public MergedExpectation(Expectation written, ZoneId zone, List<Group> groups, Instant from, Instant until) {
        this.groups = weighed(groups);
        this.whole = whole(written, zone);
        this.from = HourCount.index(from);
        this.until = HourCount.index(until);
    }

    /** Of whom nobody knows how much they send, all count the same. */
    private static List<Group> weighed(List<Group> groups) {
        double sum = groups.stream().mapToDouble(Group::weight).sum();
        return groups.stream()
                .map(group -> new Group(group.expectation(), sum > 0 ? group.weight() / sum : 1.0 / groups.size()))
                .toList();
    }

    private Expectation whole(Expectation written, ZoneId zone) {
        Map<SpecialDates.Part, Double> dates = new HashMap<>();
        groups.forEach(group -> dates.merge(
                new SpecialDates.Part(
                        group.expectation().specialDates(), group.expectation().worksOnHolidays()),
                group.weight(),
                Double::sum));
        Expectation clock = Expectation.in(zone).withAllowance(written.allowance());
        Expectation base = written.prior().map(clock::withPrior).orElse(clock);
        SpecialDates.Part only = dates.keySet().iterator().next();
        return (dates.size() == 1
                        ? base.withSpecialDates(only.dates()).worksOnHolidays(only.worksOnHolidays())
                        : base.withSpecialDates(SpecialDates.merged(dates)))
                .withWindows(windowsOfAll());
    }

    /** When all are off, by a walk over the moments at which anybody goes off or comes back. */
    private List<Window> windowsOfAll() {
        Map<List<Window>, Double> weights = new HashMap<>();
        groups.forEach(group -> weights.merge(group.expectation().windows(), group.weight(), Double::sum));
        if (weights.size() == 1) {
            return weights.keySet().iterator().next();
        }
        TreeMap<Instant, Double> changes = new TreeMap<>();
        Map<Instant, Window> starting = new HashMap<>();
        weights.forEach((windows, weight) -> Spans.of(windows).forEach((start, end) -> {
            changes.merge(start, weight, Double::sum);
            changes.merge(end, -weight, Double::sum);
        }));
        weights.keySet().forEach(windows -> windows.forEach(window -> starting.putIfAbsent(window.from(), window)));
        List<Window> all = new ArrayList<>();
        double off = 0;
        Instant since = null;
        for (Map.Entry<Instant, Double> change : changes.entrySet()) {
            off += change.getValue();
            if (off >= ALL && since == null) {
                since = change.getKey();
            } else if (off < ALL && since != null) {
                Window last = starting.getOrDefault(
                        since,
                        new Window(Window.Kind.MAINTENANCE, since, change.getKey(), "all of its fleets are off"));
                all.add(new Window(last.kind(), since, change.getKey(), last.note()));
                since = null;
            }
        }
        return all;
    }

    /** With the windows that all members share, but everybody there outside of them. */
    public Expectation whole() {
        return whole;
    }

    /** The groups, by their place in the list, of which anybody is off while the merged stream as a whole isn't. */
    public List<Integer> partlyOff() {
        if (groups.size() == 1) {
            return List.of();
        }
        List<Integer> off = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            if (!offHours(groups.get(i).expectation()).isNone()) {
                off.add(i);
            }
        }
        return off;
    }

    /** Adds what these members of a group would have sent. */
    public void addMissing(Presence.Missing missing, Group group, List<Pattern> patterns) {
        OffHours off = offHours(group.expectation());
        patterns.forEach(pattern -> missing.addWhereOff(pattern, group.expectation(), off));
    }

    private OffHours offHours(Expectation member) {
        return OffHours.of(member, whole, from, until);
    }
}
