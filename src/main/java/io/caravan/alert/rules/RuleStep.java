package io.caravan.alert.rules;

import org.jspecify.annotations.Nullable;

/**
 * What a record, or that none came, has changed between a rule and an asset.
 *
 * @param state from now on; null: none
 * @param why of {@link Kind#RESOLVE}, for the audit trail
 */
record RuleStep(@Nullable RuleState state, Kind kind, String why) {
    /** What is told. */
    enum Kind {
        NOTHING,
        FIRE,
        /** It goes on; told now and then, so that an incident knows its last time, and one closed by hand comes back. */
        AGAIN,
        RESOLVE
    }

    static final RuleStep NONE = new RuleStep(null, Kind.NOTHING, "");

    static RuleStep quietly(@Nullable RuleState state) {
        return new RuleStep(state, Kind.NOTHING, "");
    }

    static RuleStep resolved(String why) {
        return new RuleStep(null, Kind.RESOLVE, why);
    }
}
