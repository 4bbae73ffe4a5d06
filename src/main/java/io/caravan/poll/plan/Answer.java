package io.caravan.poll.plan;

import java.util.OptionalDouble;

/**
 * One answer of a {@link CapacityPlan}.
 *
 * @param id its name for programs
 * @param title its name for people
 * @param value by the formula; infinite for "never" and "without bound"
 * @param unit what value and simulated are counted in
 * @param formula how the value came about, with its numbers
 * @param simulated what the simulation gave; empty when nothing can be simulated, as for a backlog that never ends
 * @param resolution how far a simulation may be off just because calls are discrete
 * @param assumption under which the answer holds; empty when under none
 */
public record Answer(
        String id,
        String title,
        double value,
        Unit unit,
        String formula,
        OptionalDouble simulated,
        double resolution,
        String assumption) {

    /** By how much of the value formula and simulation may differ and still agree. */
    public static final double TOLERANCE = 0.02;

    static Answer of(String id, String title, double value, Unit unit, String formula) {
        return new Answer(id, title, value, unit, formula, OptionalDouble.empty(), 0, "");
    }

    Answer simulated(double result) {
        return new Answer(id, title, value, unit, formula, OptionalDouble.of(result), resolution, assumption);
    }

    Answer within(double absolute) {
        return new Answer(id, title, value, unit, formula, simulated, absolute, assumption);
    }

    Answer assuming(String text) {
        return new Answer(id, title, value, unit, formula, simulated, resolution, text);
    }

    /** Whether the simulation contradicts the formula; one of the two is wrong then. */
    public boolean isContradicted() {
        return simulated.isPresent()
                && !(Math.abs(simulated.getAsDouble() - value) <= Math.max(resolution, TOLERANCE * Math.abs(value)));
    }
}
