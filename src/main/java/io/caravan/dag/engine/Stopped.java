package io.caravan.dag.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the notes begin of tasks that were not run since their run was ended early; a restart runs these, unlike those that a branch left out. Pure. */
public final class Stopped {
    public static final String CANCELLED = "cancelled";
    public static final String MARKED_FAILED = "run marked failed";
    static final String TIMED_OUT = "the run's timeout was over";

    /** Tasks that waited for others when the run was being ended. */
    static final String ENDING = "the run was being ended";

    private static final List<String> ALL = List.of(CANCELLED, MARKED_FAILED, TIMED_OUT, ENDING);

    private Stopped() {}

    static boolean isSaidBy(@Nullable String note) {
        return note != null && ALL.stream().anyMatch(note::startsWith);
    }
}
