package io.caravan.alert.rules;

import java.util.Map;

/**
 * What rules made of a batch.
 *
 * @param records that were judged
 * @param unread records without asset or credible time, defective ones too
 * @param past records that were too old to say anything of the present
 * @param late records that came after a later one of their asset
 * @param fired for how many assets each rule began to fire
 * @param resolved for how many it ended
 * @param unjudged for how many records it could not be judged
 */
public record RulesReport(
        String dataset,
        long records,
        long unread,
        long past,
        long late,
        Map<String, Long> fired,
        Map<String, Long> resolved,
        Map<String, Long> unjudged) {
    public RulesReport {
        fired = Map.copyOf(fired);
        resolved = Map.copyOf(resolved);
        unjudged = Map.copyOf(unjudged);
    }

    static RulesReport nothing(String dataset) {
        return new RulesReport(dataset, 0, 0, 0, 0, Map.of(), Map.of(), Map.of());
    }
}
