package io.caravan.dag;

import java.time.Instant;
import java.util.List;

/**
 * A file of routes and beans that can't be loaded as it is saved.
 *
 * @param since when it was first refused so
 * @param problems why, each as {@code file:line: what; cure}
 * @param runs whether its last good version goes on
 */
public record RefusedFile(String file, Instant since, List<String> problems, boolean runs) {
    public RefusedFile {
        problems = List.copyOf(problems);
    }
}
