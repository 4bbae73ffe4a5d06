package io.caravan.watch.episode;

import java.util.Locale;

/** Why an open episode is told once more. */
public enum ChangeReason {
    CAUSE_FOUND,
    CAUSE_CHANGED,
    MORE_MEMBERS,
    SEVERITY_RAISED,
    /** It is another kind of problem now, such as silent after partial. */
    KIND_CHANGED,
    /** A window is over, and it is still silent. */
    STILL_SILENT,
    /** A window is over, and calls still fail, or records are still rejected. */
    STILL_FAILING,
    /** It was over, and has come back so soon that it is no other trouble. */
    RELAPSED,
    /** A window has begun, or somebody said that it is expected. */
    EXPECTED;

    /** {@code cause-found}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
