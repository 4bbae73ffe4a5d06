package io.caravan.watch.cause;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * What a cause is wanted for: a series that is silent, or has errors.
 *
 * @param series as people call it: {@code acme/north}, {@code acme}, {@code acme:main}
 * @param provider empty where the data doesn't come through {@code poll:}, or from several providers
 * @param credential of that provider; empty: whichever its calls use
 * @param fleet whether it is one fleet, and not a stream merged of several
 * @param members how many fleets it is about
 * @param since when it began: the last packet, or the first error of a streak
 * @param at now
 * @param zone in which people read its times
 * @param specialDay what the fleet's calendars say of today, such as {@code King's Day in NL}; empty on an ordinary day
 */
public record Trouble(
        String series,
        Optional<String> tenant,
        Optional<String> provider,
        Optional<String> credential,
        boolean fleet,
        int members,
        Instant since,
        Instant at,
        ZoneId zone,
        Optional<String> specialDay) {
    public Trouble {
        if (since.isAfter(at)) {
            throw new IllegalArgumentException(
                    "Trouble of " + series + " began at " + since + ", which is after " + at + ".");
        }
    }

    /** One fleet of a provider, on an ordinary day, by UTC. */
    public static Trouble ofFleet(String fleet, String provider, Instant since, Instant at) {
        return new Trouble(
                fleet,
                Optional.empty(),
                Optional.of(provider),
                Optional.empty(),
                true,
                1,
                since,
                at,
                ZoneOffset.UTC,
                Optional.empty());
    }

    /** A provider with so many fleets, by UTC. */
    public static Trouble ofProvider(String provider, int fleets, Instant since, Instant at) {
        return new Trouble(
                provider,
                Optional.empty(),
                Optional.of(provider),
                Optional.empty(),
                false,
                fleets,
                since,
                at,
                ZoneOffset.UTC,
                Optional.empty());
    }

    public Trouble withCredential(String name) {
        return new Trouble(series, tenant, provider, Optional.of(name), fleet, members, since, at, zone, specialDay);
    }

    Trouble ofCredential(Optional<String> name) {
        return new Trouble(series, tenant, provider, name, fleet, members, since, at, zone, specialDay);
    }

    public Trouble withTenant(String name) {
        return new Trouble(
                series, Optional.of(name), provider, credential, fleet, members, since, at, zone, specialDay);
    }

    public Trouble on(String day) {
        return new Trouble(series, tenant, provider, credential, fleet, members, since, at, zone, Optional.of(day));
    }

    public Trouble in(ZoneId other) {
        return new Trouble(series, tenant, provider, credential, fleet, members, since, at, other, specialDay);
    }

    public Duration duration() {
        return Duration.between(since, at);
    }
}
