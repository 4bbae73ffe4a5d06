package io.caravan.dag.definition;

import io.caravan.calendar.Durations;
import io.caravan.routes.DidYouMean;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads written options one by one, and tells each that isn't what it should be; what is wrong counts as not written. Not thread-safe. */
public final class OptionReader {
    private final Map<String, String> written;
    private final Teller teller;
    private final Set<String> known = new HashSet<>();

    /** Takes what is wrong with an option. */
    public interface Teller {
        void tell(String option, String what, String cure);

        /** As {@link #tell}, of a value that can't be read at all. */
        default void tellMalformed(String option, String what, String cure) {
            tell(option, what, cure);
        }
    }

    public OptionReader(Map<String, String> written, Teller teller) {
        this.written = new LinkedHashMap<>();
        written.forEach((option, value) -> {
            if (!value.isBlank()) {
                this.written.put(option, value.strip());
            }
        });
        this.teller = teller;
    }

    public boolean has(String option) {
        return text(option).isPresent();
    }

    public Optional<String> text(String option) {
        known.add(option);
        return Optional.ofNullable(written.get(option));
    }

    /** Names separated by commas. */
    public List<String> names(String option) {
        return text(option).map(OptionReader::split).orElse(List.of());
    }

    public static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    public int whole(String option, int otherwise, int least) {
        return text(option)
                .flatMap(text -> read(
                        option,
                        text,
                        Integer::valueOf,
                        "which is no whole number",
                        "write a number such as " + Math.max(least, 1)))
                .filter(value ->
                        value >= least || tell(option, "must be at least " + least + ", but is " + value, "raise it"))
                .orElse(otherwise);
    }

    double number(String option, double otherwise, double least, double most) {
        return text(option)
                .flatMap(
                        text -> read(option, text, BigDecimal::new, "which is no number", "write a number such as 1.5"))
                .map(BigDecimal::doubleValue)
                .filter(value -> (value >= least && value <= most)
                        || tell(
                                option,
                                "must be "
                                        + (most == Double.MAX_VALUE
                                                ? "at least " + least
                                                : "from " + least + " to " + most)
                                        + ", but is " + value,
                                "change it"))
                .orElse(otherwise);
    }

    public boolean flag(String option, boolean otherwise) {
        return text(option)
                .flatMap(text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> {
                        teller.tellMalformed(
                                option, "is '" + text + "', which is neither true nor false", "write true or false");
                        yield Optional.empty();
                    }
                })
                .orElse(otherwise);
    }

    /** Zero or more; zero counts as not written. */
    public Optional<Duration> duration(String option) {
        return signedDuration(option)
                .filter(value -> !value.isNegative()
                        || tell(option, "is negative: " + written.get(option), "leave the minus out"))
                .filter(value -> !value.isZero());
    }

    Optional<Duration> signedDuration(String option) {
        return text(option)
                .flatMap(text -> read(
                        option,
                        text,
                        OptionReader::length,
                        "which is no duration",
                        "write it such as 30s, 10m, 1h30m or P1D"));
    }

    /** A bare number is milliseconds, as in Camel. */
    private static Duration length(String text) {
        boolean negative = text.startsWith("-");
        String unsigned = negative ? text.substring(1).strip() : text;
        Duration amount = unsigned.matches("\\d{1,15}(ms)?")
                ? Duration.ofMillis(Long.parseLong(unsigned.replace("ms", "")))
                : Durations.parse(unsigned).orElseThrow(() -> new IllegalArgumentException(text));
        return negative ? amount.negated() : amount;
    }

    public <T> Optional<T> choice(String option, Map<String, T> choices) {
        return text(option).flatMap(text -> {
            Optional<T> chosen = choices.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(text))
                    .map(Map.Entry::getValue)
                    .findFirst();
            if (chosen.isEmpty()) {
                teller.tellMalformed(option, "cannot be '" + text + "'", DidYouMean.cure(text, choices.keySet()));
            }
            return chosen;
        });
    }

    /** Tells every option that nothing has asked for. */
    public void tellUnknown() {
        written.keySet().stream()
                .filter(option -> !known.contains(option))
                .forEach(option -> tell(option, "is not known here", DidYouMean.cure(option, known)));
    }

    private <T> Optional<T> read(String option, String text, Function<String, T> reader, String what, String cure) {
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException e) {
            teller.tellMalformed(option, "is '" + text + "', " + what, cure);
            return Optional.empty();
        }
    }

    private boolean tell(String option, String what, String cure) {
        teller.tell(option, what, cure);
        return false;
    }
}
