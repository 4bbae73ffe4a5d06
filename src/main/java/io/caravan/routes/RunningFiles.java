package io.caravan.routes;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files that run, by path, and by the names that they claim: who else has a name is one look-up, however many files there are. Not thread-safe. */
final class RunningFiles {
    private final Map<Path, RunningFile> byPath = new HashMap<>();
    private final Map<String, SortedSet<Path>> byName = new HashMap<>();

    @Nullable
    RunningFile at(Path path) {
        return byPath.get(path);
    }

    /** In the order of their paths. */
    Collection<RunningFile> all() {
        return new TreeMap<>(byPath).values();
    }

    void put(RunningFile running) {
        RouteFile file = running.file();
        remove(file.path());
        byPath.put(file.path(), running);
        Duplicates.names(file)
                .forEach(name ->
                        byName.computeIfAbsent(name, n -> new TreeSet<>()).add(file.path()));
    }

    void remove(Path path) {
        RunningFile running = byPath.remove(path);
        if (running != null) {
            Duplicates.names(running.file())
                    .forEach(name -> byName.computeIfPresent(name, (n, paths) -> {
                        paths.remove(path);
                        return paths.isEmpty() ? null : paths;
                    }));
        }
    }

    /** The other files that claim a name which this one claims, in the order of their paths. */
    Collection<RouteFile> sharingANameWith(RouteFile file) {
        SortedMap<Path, RouteFile> sharing = new TreeMap<>();
        for (String name : Duplicates.names(file)) {
            for (Path path : byName.getOrDefault(name, new TreeSet<>())) {
                RunningFile other = byPath.get(path);
                if (other != null && !path.equals(file.path())) {
                    sharing.put(path, other.file());
                }
            }
        }
        return sharing.values();
    }
}
