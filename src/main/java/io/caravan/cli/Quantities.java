package io.caravan.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How people write rates, data rates and times on the command line. */
final class Quantities {
    private static final String NUMBER = "(\\d[\\d_]*(?:\\.\\d+)?(?:[eE]\\d{1,2})?)";
    private static final Pattern RATE = Pattern.compile(NUMBER + "\\s*/\\s*([a-z]+)");
    private static final Pattern DATA_RATE = Pattern.compile(NUMBER + "(?:\\s*([kKMGT]i?)?B\\s*/\\s*([a-z]+))?");
    private static final Pattern TIME = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ms|s|m|min|h|d))+");
    private static final Pattern TIME_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|min|s|m|h|d)");

    private static final Map<String, Integer> SECONDS = Map.ofEntries(
            Map.entry("s", 1),
            Map.entry("sec", 1),
            Map.entry("second", 1),
            Map.entry("min", 60),
            Map.entry("minute", 60),
            Map.entry("h", 3600),
            Map.entry("hour", 3600),
            Map.entry("d", 86_400),
            Map.entry("day", 86_400));

    private static final Map<String, Double> MEGABYTES = Map.of(
            "",
            1e-6,
            "k",
            1e-3,
            "K",
            1e-3,
            "M",
            1.0,
            "G",
            1e3,
            "T",
            1e6,
            "Ki",
            1024e-6,
            "Mi",
            1048576e-6,
            "Gi",
            1073741824e-6,
            "Ti",
            1099511627776e-6);

    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Quantities() {}

    /** {@code 200/s}, {@code 12000/min}, {@code 5/h}: records per second. */
    static final class PerSecond implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher matcher = RATE.matcher(text.strip());
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no rate; write it such as 200/s, 12000/min or 5/h");
            }
            return number(matcher.group(1)) / seconds(text, matcher.group(2));
        }
    }

    /** {@code 5MB/min}, {@code 1.5 GiB/h}, or a bare number of megabytes per minute. */
    static final class MegabytesPerMinute implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher matcher = DATA_RATE.matcher(text.strip());
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no data rate; write it such as 5MB/min, 1.5GiB/h, or 5 for 5 MB/min");
            }
            double number = number(matcher.group(1));
            if (matcher.group(3) == null) {
                return number;
            }
            String prefix = matcher.group(2) == null ? "" : matcher.group(2);
            double megabytes = MEGABYTES.getOrDefault(prefix, 1.0);
            return number * megabytes * 60 / seconds(text, matcher.group(3));
        }
    }

    /** {@code 15m}, {@code 1h30m}, {@code 500ms}, {@code PT15M}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return TIME.matcher(text).matches() ? sum(text) : Duration.parse(text.toUpperCase(Locale.ROOT));
            } catch (DateTimeParseException | ArithmeticException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no time; write it such as 15m, 1h30m, 500ms or PT15M");
            }
        }

        private static Duration sum(String text) {
            Duration sum = Duration.ZERO;
            Matcher part = TIME_PART.matcher(text);
            while (part.find()) {
                BigDecimal nanos = new BigDecimal(part.group(1))
                        .multiply(BigDecimal.valueOf(
                                TIMES.getOrDefault(part.group(2), Duration.ZERO).toNanos()));
                sum = sum.plusNanos(nanos.longValue());
            }
            return sum;
        }
    }

    private static double number(String digits) {
        return Double.parseDouble(digits.replace("_", ""));
    }

    private static int seconds(String text, String unit) {
        Integer seconds = SECONDS.get(unit);
        if (seconds == null) {
            throw new TypeConversionException("'" + text + "' counts per '" + unit
                    + "', which is no unit of time here; write /s, /min, /h or /day");
        }
        return seconds;
    }
}
