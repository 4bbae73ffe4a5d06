package io.caravan.batch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of one file format, one after the other. */
interface Rows {
    /** The next record, good or defective; null at the end. */
    @Nullable
    RawRecord next() throws IOException;
}
