package io.caravan.watch.series;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that is watched: a fleet, or a stream merged of fleets.
 *
 * @param id its key in all tables; never reused
 * @param name of a fleet {@code <provider>/<fleet>}, else the provider's, credential's, region's or tenant's own
 * @param provider of a fleet: where its packets come from
 * @param tenant of a fleet: as its packets say
 * @param region of a fleet: as its packets say
 * @param bornAt when it was first heard of
 * @param retiredAt since when it isn't missed any more
 */
public record Series(
        long id,
        SeriesKind kind,
        String name,
        Optional<String> provider,
        Optional<String> tenant,
        Optional<String> region,
        Instant bornAt,
        Optional<Instant> retiredAt) {

    /** The name as people say it: a fleet's without its provider. */
    public String shortName() {
        return provider.map(prefix -> prefix + "/")
                .filter(name::startsWith)
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }
}
