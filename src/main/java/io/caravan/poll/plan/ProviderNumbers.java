package io.caravan.poll.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What is known of a provider that exists: its limit and prices from its bean, its rates and call time from the calls on record. Each is empty where unknown.
 *
 * @param rate observed mean, in records per second
 * @param rateP90 observed rate that isn't exceeded for 90 % of the time
 * @param burst highest observed rate, only if above the mean
 */
public record ProviderNumbers(
        OptionalInt callsPerMinute,
        OptionalInt page,
        OptionalDouble rate,
        OptionalDouble rateP90,
        OptionalDouble burst,
        Optional<BigDecimal> costPerCall,
        Optional<BigDecimal> costPerDay,
        Optional<Duration> freshness,
        Optional<Duration> callTime) {

    /** Of no provider: nothing is known. */
    public static final ProviderNumbers NONE = new ProviderNumbers(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
