package io.caravan.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Starts the service and stays until it is asked to stop; given by {@code Main}, which knows how. */
public interface ServiceRunner {
    int run(Map<String, String> overrides) throws Exception;

    /**
     * As {@link #run}, with the bundled provider simulator beside it.
     *
     * @param records a file of records (NDJSON) that the simulator serves instead of fleets of its own
     */
    int demo(Map<String, String> overrides, Optional<Path> records) throws Exception;
}
