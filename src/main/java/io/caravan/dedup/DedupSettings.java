package io.caravan.dedup;

import io.caravan.batch.CanonicalForm;
import java.util.List;

/**
 * What one repository was asked to do. The window is the repository's: the settings registered last hold for all who use that name.
 *
 * @param repository its name, shared by all nodes on one database
 * @param window how long it remembers
 * @param fields names or JSON Pointers of the members that make two records the same; empty for the whole record
 * @param form when two values are the same
 */
public record DedupSettings(String repository, Window window, List<String> fields, CanonicalForm form) {
    public DedupSettings {
        if (repository.isBlank()) {
            throw new IllegalArgumentException("A dedup repository needs a name: dedup:<repository>.");
        }
        fields = fields.stream().map(String::strip).distinct().sorted().toList();
        if (fields.contains("")) {
            throw new IllegalArgumentException("The key of dedup repository '" + repository
                    + "' has an empty field; separate fields by one comma: key=car_id,rtc_time");
        }
    }
}
