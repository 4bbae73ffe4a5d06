package io.caravan.routes;

import java.util.List;

/** A change that is not made; what ran before runs on. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Problem> problems;
    private final boolean afterStop;

    /** {@code afterStop}: the running routes had to be stopped to find out, so finding out again is not free. */
    Refusal(List<Problem> problems, boolean afterStop, Throwable cause) {
        super(problems.toString(), cause);
        this.problems = List.copyOf(problems);
        this.afterStop = afterStop;
    }

    List<Problem> problems() {
        return problems;
    }

    boolean isAfterStop() {
        return afterStop;
    }
}
