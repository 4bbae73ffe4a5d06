package io.caravan.alert.rules;

import io.caravan.calendar.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So often within such a time.
 *
 * @param times 2 to 1,000
 */
public record CountWindow(int times, Duration within) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\s+within\\s+(\\S+)");
    private static final int MOST = 1_000;

    /**
     * Reads such as {@code 3 within 10m}.
     *
     * @throws IllegalArgumentException when it is no count
     */
    static CountWindow parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            int times = Integer.parseInt(matcher.group(1));
            Duration within = Durations.parse(matcher.group(2)).orElse(Duration.ZERO);
            if (times >= 2 && times <= MOST && within.compareTo(Duration.ZERO) > 0) {
                return new CountWindow(times, within);
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no count; write such as 3 within 10m, with 2 to 1000 times");
    }

    /** Those that still count at this moment, the newest of them, in order. */
    List<Instant> at(Instant now, List<Instant> counted) {
        List<Instant> inside = counted.stream()
                .filter(at -> !at.isBefore(now.minus(within)))
                .sorted()
                .toList();
        return inside.size() <= times ? inside : inside.subList(inside.size() - times, inside.size());
    }

    List<Instant> with(Instant one, List<Instant> counted) {
        List<Instant> all = new ArrayList<>(counted);
        all.add(one);
        Instant newest = all.stream().max(Instant::compareTo).orElse(one);
        return at(newest, all);
    }

    @Override
    public String toString() {
        return times + " within " + within;
    }
}
