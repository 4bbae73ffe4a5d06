package io.caravan.dag.steering;

/**
 * Who does something by hand, and why; both stand in the audit log.
 *
 * @param name of the person or program
 * @param why empty: not said
 */
public record Operator(String name, String why) {
    public Operator {
        name = name.isBlank() ? "unknown" : name.strip();
        why = why.strip();
    }

    /** {@code cancelled by ann: wrong month}. */
    String says(String deed) {
        return deed + " by " + name + (why.isEmpty() ? "" : ": " + why);
    }
}
