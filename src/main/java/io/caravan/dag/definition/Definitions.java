package io.caravan.dag.definition;

import java.util.Optional;

/** The definitions of workflows, of every version that a run may go by. Safe for any thread. */
public interface Definitions {
    Optional<DagDefinition> find(String dag, int version);

    /** The newest version of a workflow. */
    Optional<Current> current(String dag);

    /** A definition and its version. */
    record Current(int version, DagDefinition definition) {}
}
