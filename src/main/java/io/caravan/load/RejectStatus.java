package io.caravan.load;

/** What became of a rejected record. */
public enum RejectStatus {
    /** Waits to be mended and replayed, or discarded. */
    open,
    /** Was loaded by a replay, or found to be there already. */
    replayed,
    /** Somebody decided that it is not wanted. */
    discarded
}
