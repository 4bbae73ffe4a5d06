package io.caravan.watch.series;

import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Expectation;
import java.time.Duration;
import java.util.Optional;

/**
 * What people have written of a series, ready for use.
 *
 * @param name by which messages call it
 * @param owner who looks after it here
 * @param contact whom to write to at the customer's
 * @param severity of its problems; empty: as their cause says
 * @param retireAfter so long a silence means that it is gone
 * @param lagLimit how old its newest event may be; empty: it is learned
 */
public record Profile(
        String name,
        Optional<String> tenant,
        Optional<String> provider,
        Optional<String> credential,
        Optional<String> region,
        Optional<String> owner,
        Optional<String> contact,
        Expectation expectation,
        Optional<Severity> severity,
        Optional<Duration> retireAfter,
        Optional<Duration> lagLimit) {

    /** One of which nothing is known but its clock. */
    public static Profile of(String name, Expectation expectation) {
        return new Profile(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                expectation,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public Profile expecting(Expectation other) {
        return new Profile(
                name, tenant, provider, credential, region, owner, contact, other, severity, retireAfter, lagLimit);
    }

    public Subject subject(Series series, int fleets) {
        return new Subject(series, fleets, provider, tenant, credential, region, owner, contact, expectation.zone());
    }
}
