package io.caravan.watch.series;

import java.time.ZoneId;
import java.util.Optional;

/**
 * Whom an episode is about, as people know it.
 *
 * @param fleets how many fleets it is made of
 * @param owner who looks after it here
 * @param contact whom to write to at the customer's
 * @param zone by whose clock its times are told
 */
public record Subject(
        Series series,
        int fleets,
        Optional<String> provider,
        Optional<String> tenant,
        Optional<String> credential,
        Optional<String> region,
        Optional<String> owner,
        Optional<String> contact,
        ZoneId zone) {

    /** {@code Fleet acme/north}, {@code Provider acme (1,000 fleets)}. */
    public String title() {
        String kind = series.kind().name();
        String word = kind.charAt(0) + kind.substring(1).toLowerCase(java.util.Locale.ROOT);
        return word + " " + series.name()
                + (series.kind().isMerged() ? String.format(java.util.Locale.ROOT, " (%,d fleets)", fleets) : "");
    }
}
