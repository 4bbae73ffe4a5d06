package io.caravan.routes;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * How one file of routes or beans stands right now.
 *
 * @param path the file
 * @param state what runs of it
 * @param since when it came into this state
 * @param problems why it is not {@link State#LOADED}; empty when it is
 * @param routeIds the routes of it that run now
 */
public record RouteFileStatus(Path path, State state, Instant since, List<Problem> problems, List<String> routeIds) {

    /** What runs of a file. */
    public enum State {
        /** What the file says runs. */
        LOADED,
        /** The file's newest text is refused; its last good version runs on. */
        LAST_GOOD,
        /** Nothing of the file runs. */
        FAILED
    }

    public RouteFileStatus {
        problems = List.copyOf(problems);
        routeIds = List.copyOf(routeIds);
    }

    public boolean isLoaded() {
        return state == State.LOADED;
    }
}
