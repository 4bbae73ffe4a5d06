package io.caravan.dag;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.database.Database;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The definitions of workflows as the database has them: for who steers workflows without loading their files. Safe for any thread. */
public final class StoredDefinitions implements Definitions {
    private final VersionRepository versions;
    private final Map<Key, DagDefinition> known = new ConcurrentHashMap<>();

    private record Key(String dag, int version) {}

    public StoredDefinitions(Database database) {
        this.versions = new VersionRepository(database);
    }

    @Override
    public Optional<DagDefinition> find(String dag, int version) {
        Key key = new Key(dag, version);
        DagDefinition cached = known.get(key);
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<DagDefinition> read = versions.find(dag, version);
        read.ifPresent(definition -> known.put(key, definition));
        return read;
    }

    @Override
    public Optional<Current> current(String dag) {
        return versions.newest(dag)
                .flatMap(version -> find(dag, version).map(definition -> new Current(version, definition)));
    }
}
