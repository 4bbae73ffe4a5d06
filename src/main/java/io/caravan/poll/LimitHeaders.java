package io.caravan.poll;

import io.caravan.batch.RecordTime;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * For how long a provider asks us to keep away: {@code Retry-After} as seconds or date (RFC 9110 section 10.2.3), {@code RateLimit} (IETF drafts
 * ratelimit-headers-03 to -10) and the {@code X-RateLimit-*} headers in their dialects, whose reset is a number of seconds or a time since 1970.
 * Dates are compared with the answer's own {@code Date}, so that a wrong clock on either side doesn't matter. Pure.
 */
final class LimitHeaders {
    /** A reset above this many seconds (one year) is a time since 1970, and above a thousand times 10^9 one in milliseconds. */
    private static final long LONGEST_WAIT = Duration.ofDays(365).toSeconds();

    private static final long MILLIS_FROM = 100_000_000_000L;
    private static final Pattern REMAINING = Pattern.compile("(?:^|[;,\\s])(?:remaining|r)\\s*=\\s*(\\d+)");
    private static final Pattern RESET = Pattern.compile("(?:^|[;,\\s])(?:reset|t)\\s*=\\s*(\\d+)");

    private LimitHeaders() {}

    static Optional<Duration> wait(ProviderResponse response, Clock clock) {
        Instant now = response.header("date").flatMap(LimitHeaders::date).orElseGet(clock::instant);
        return Stream.of(retryAfter(response, now), structured(response), remaining(response, now))
                .flatMap(Optional::stream)
                .filter(wait -> !wait.isNegative() && !wait.isZero())
                .max(Duration::compareTo);
    }

    private static Optional<Duration> retryAfter(ProviderResponse response, Instant now) {
        return response.header("retry-after").flatMap(value -> {
            OptionalLong seconds = number(value);
            return seconds.isPresent()
                    ? Optional.of(Duration.ofSeconds(Math.min(seconds.getAsLong(), LONGEST_WAIT)))
                    : date(value).map(at -> Duration.between(now, at));
        });
    }

    /** {@code RateLimit: limit=100, remaining=0, reset=30} and {@code RateLimit: "default";r=0;t=30}. */
    private static Optional<Duration> structured(ProviderResponse response) {
        return response.header("ratelimit")
                .flatMap(header -> Stream.of(header.split(",\\s*(?=\")", -1))
                        .filter(policy -> first(REMAINING, policy).orElse(1L) == 0)
                        .map(policy ->
                                Duration.ofSeconds(Math.min(first(RESET, policy).orElse(0L), LONGEST_WAIT)))
                        .max(Duration::compareTo));
    }

    private static Optional<Duration> remaining(ProviderResponse response, Instant now) {
        return Stream.of("ratelimit", "x-ratelimit", "x-rate-limit")
                .filter(prefix -> response.header(prefix + "-remaining")
                                .map(LimitHeaders::number)
                                .orElse(OptionalLong.of(1))
                                .orElse(1)
                        <= 0)
                .flatMap(prefix -> Stream.of(prefix + "-reset", prefix + "-reset-after"))
                .flatMap(name -> response.header(name).stream())
                .flatMap(value -> reset(value, now).stream())
                .max(Duration::compareTo);
    }

    private static Optional<Duration> reset(String value, Instant now) {
        OptionalLong number = number(value);
        if (number.isEmpty()) {
            return RecordTime.of(value).or(() -> date(value)).map(at -> Duration.between(now, at));
        }
        long seconds = number.getAsLong();
        if (seconds <= LONGEST_WAIT) {
            return Optional.of(Duration.ofSeconds(seconds));
        }
        Instant at = seconds >= MILLIS_FROM ? Instant.ofEpochMilli(seconds) : Instant.ofEpochSecond(seconds);
        return Optional.of(Duration.between(now, at));
    }

    private static Optional<Long> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text.toLowerCase(Locale.ROOT));
        return found.find() ? number(found.group(1)).stream().boxed().findFirst() : Optional.empty();
    }

    /** Whole seconds, rounded up; several values (one a limit) count as the first. */
    private static OptionalLong number(String text) {
        String one = text.split("[,;]", -1)[0].strip();
        return one.matches("\\d{1,15}(\\.\\d{1,9})?")
                ? OptionalLong.of(new BigDecimal(one)
                        .setScale(0, java.math.RoundingMode.CEILING)
                        .longValueExact())
                : OptionalLong.empty();
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
