package io.caravan.dag.definition;

/**
 * Which outcomes upstream let a task run; the words and decisions are Airflow's. A task without upstream always runs. Pure.
 *
 * <p>A rule speaks as soon as its answer can't change any more, not only when all of upstream is done.
 */
@SuppressWarnings("java:S115") // the names are what people write
public enum TriggerRule {
    all_success {
        @Override
        Verdict of(UpstreamCounts upstream) {
            if (failures(upstream) > 0) {
                return Verdict.UPSTREAM_FAILED;
            }
            if (upstream.skipped() > 0) {
                return Verdict.SKIP;
            }
            return runIf(upstream.success() + upstream.removed() == upstream.total());
        }
    },
    all_failed {
        @Override
        Verdict of(UpstreamCounts upstream) {
            if (upstream.success() > 0 || upstream.skipped() > 0) {
                return Verdict.SKIP;
            }
            return runIf(failures(upstream) + upstream.removed() == upstream.total());
        }
    },
    all_done {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return runIf(isDone(upstream));
        }
    },
    one_success {
        @Override
        Verdict of(UpstreamCounts upstream) {
            if (upstream.success() > 0) {
                return Verdict.RUN;
            }
            if (!isDone(upstream)) {
                return Verdict.WAIT;
            }
            return upstream.skipped() == upstream.done() ? Verdict.SKIP : Verdict.UPSTREAM_FAILED;
        }
    },
    one_failed {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return failures(upstream) > 0 ? Verdict.RUN : skipIf(isDone(upstream));
        }
    },
    one_done {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return upstream.success() + upstream.failed() > 0 ? Verdict.RUN : skipIf(isDone(upstream));
        }
    },
    none_failed {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return failures(upstream) > 0 ? Verdict.UPSTREAM_FAILED : runIf(isDone(upstream));
        }
    },
    none_failed_min_one_success {
        @Override
        Verdict of(UpstreamCounts upstream) {
            if (failures(upstream) > 0) {
                return Verdict.UPSTREAM_FAILED;
            }
            return upstream.skipped() == upstream.total() ? Verdict.SKIP : runIf(isDone(upstream));
        }
    },
    none_skipped {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return upstream.skipped() > 0 ? Verdict.SKIP : runIf(isDone(upstream));
        }
    },
    all_skipped {
        @Override
        Verdict of(UpstreamCounts upstream) {
            if (upstream.success() > 0 || failures(upstream) > 0) {
                return Verdict.SKIP;
            }
            return runIf(upstream.skipped() + upstream.removed() == upstream.total());
        }
    },
    always {
        @Override
        Verdict of(UpstreamCounts upstream) {
            return Verdict.RUN;
        }
    };

    /** What becomes of a task whose upstream stands so. */
    public Verdict decide(UpstreamCounts upstream) {
        return decide(upstream, -1);
    }

    /**
     * What becomes of a task, or of an instance of a mapped one, whose upstream stands so.
     *
     * @param mapIndex which instance; -1: it is none. As in Airflow, an instance whose index is not below the number of those that succeeded upstream goes with those that were removed there
     */
    public Verdict decide(UpstreamCounts upstream, int mapIndex) {
        if (upstream.total() == 0) {
            return Verdict.RUN;
        }
        Verdict verdict = of(upstream);
        boolean hasNoTwin = this == all_success && upstream.removed() > 0 && mapIndex >= upstream.success();
        return verdict == Verdict.RUN && hasNoTwin ? Verdict.REMOVE : verdict;
    }

    abstract Verdict of(UpstreamCounts upstream);

    private static int failures(UpstreamCounts upstream) {
        return upstream.failed() + upstream.upstreamFailed();
    }

    private static boolean isDone(UpstreamCounts upstream) {
        return upstream.done() >= upstream.total();
    }

    private static Verdict runIf(boolean so) {
        return so ? Verdict.RUN : Verdict.WAIT;
    }

    private static Verdict skipIf(boolean so) {
        return so ? Verdict.SKIP : Verdict.WAIT;
    }
}
