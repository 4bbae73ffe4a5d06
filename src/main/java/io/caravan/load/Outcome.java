package io.caravan.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the records of one batch, so far; belongs to one thread. */
final class Outcome {
    /** A record that was there already; {@code key} as JSON, where columns tell it. */
    record Duplicate(StagedRecord record, @Nullable String key) {}

    private int validated;
    private final List<Duplicate> duplicates = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    void validated(int more) {
        validated += more;
    }

    void duplicate(Duplicate duplicate) {
        duplicates.add(duplicate);
    }

    void rejected(Rejection rejection) {
        rejections.add(rejection);
    }

    void add(Outcome other) {
        validated += other.validated;
        duplicates.addAll(other.duplicates);
        rejections.addAll(other.rejections);
    }

    int validated() {
        return validated;
    }

    List<Duplicate> duplicates() {
        return duplicates;
    }

    List<Rejection> rejections() {
        return rejections;
    }
}
