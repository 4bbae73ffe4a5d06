package io.caravan.dag.definition;

/**
 * How the tasks directly upstream stand, mapped instances counted one by one.
 *
 * @param total all of them, done or not
 */
public record UpstreamCounts(int total, int success, int skipped, int failed, int upstreamFailed, int removed) {
    public static final UpstreamCounts NONE = new UpstreamCounts(0, 0, 0, 0, 0, 0);

    public int done() {
        return success + skipped + failed + upstreamFailed + removed;
    }
}
