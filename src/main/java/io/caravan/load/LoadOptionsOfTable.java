package io.caravan.load;

import java.util.Optional;

/** Knows with which options a table is loaded now: those of its {@code load:} endpoint. */
@FunctionalInterface
public interface LoadOptionsOfTable {
    /** The options of the route that loads {@code table} (its full name); empty where none does. */
    Optional<LoadOptions> find(String table);
}
