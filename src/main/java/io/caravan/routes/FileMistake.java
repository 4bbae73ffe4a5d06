package io.caravan.routes;

/** A file of ours can't be understood. Its message is the {@link Problem}. */
public final class FileMistake extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    FileMistake(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
