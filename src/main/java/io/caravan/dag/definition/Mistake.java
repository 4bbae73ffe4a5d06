package io.caravan.dag.definition;

/**
 * Something in a workflow that can't be as it is written.
 *
 * @param task at whose route it is written; empty: at the workflow's bean
 * @param option which option of the route's {@code from}, or which property of the bean ({@code params.city.default}: where they nest); empty: the whole of it
 * @param what is wrong, with the value
 * @param cure what to do about it
 */
public record Mistake(String task, String option, String what, String cure) {
    public static Mistake ofTask(String task, String option, String what, String cure) {
        return new Mistake(task, option, what, cure);
    }

    public static Mistake ofWorkflow(String property, String what, String cure) {
        return new Mistake("", property, what, cure);
    }

    @Override
    public String toString() {
        String place = task.isEmpty() ? "" : "task '" + task + "'" + (option.isEmpty() ? " " : ", ");
        return place + (option.isEmpty() ? "" : option + ": ") + what + "; " + cure;
    }
}
