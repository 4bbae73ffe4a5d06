package io.caravan.dag.definition;

/** When a teardown runs; Airflow's rule {@code all_done_setup_success}: all upstream is done, and of its setups at least one succeeded. Pure. */
public final class TeardownRule {
    private TeardownRule() {}

    /**
     * What becomes of a teardown.
     *
     * @param upstream everything directly upstream, its setups among it
     * @param setups only its setups; none: it runs when all is done
     */
    public static Verdict decide(UpstreamCounts upstream, UpstreamCounts setups) {
        if (upstream.done() < upstream.total()) {
            return Verdict.WAIT;
        }
        if (setups.total() == 0 || setups.success() > 0) {
            return Verdict.RUN;
        }
        return setups.skipped() >= setups.total() ? Verdict.SKIP : Verdict.UPSTREAM_FAILED;
    }
}
