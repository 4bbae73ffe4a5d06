package io.caravan.simulator;

import java.util.Map;

/**
 * Which records a call gets and what stands around them: the envelope is {@code head, records, tail}.
 *
 * @param from ordinal of the first record
 * @param to ordinal after the last one
 * @param newestFirst the records are listed from the end
 */
record Page(long from, long to, boolean newestFirst, String head, String tail, Map<String, String> headers) {
    int size() {
        return (int) (to - from);
    }
}
