package io.caravan.load;

import io.caravan.database.DatabaseException;
import io.caravan.database.TemporaryDatabaseException;
import java.util.Set;

/**
 * Tells what PostgreSQL refuses because of a record (its data, a constraint, a trigger's own error) from what is wrong with the
 * statement or the server. Source of the codes: PostgreSQL manual, appendix A; classes unknown there are an application's own (RAISE … ERRCODE).
 */
final class RecordFault {
    private static final Set<String> NOT_OF_A_RECORD = Set.of(
            "00", "01", "02", "03", "08", "0A", "0B", "0F", "0L", "0P", "0Z", "20", "24", "25", "26", "28", "2B", "2D",
            "34", "3B", "3D", "3F", "40", "42", "53", "55", "57", "58", "72", "F0", "HV", "XX");

    private RecordFault() {}

    static boolean isOne(DatabaseException failure) {
        return !(failure instanceof TemporaryDatabaseException)
                && failure.sqlState()
                        .map(state -> !NOT_OF_A_RECORD.contains(state.substring(0, 2)))
                        .orElse(false);
    }

    /** Whether the table may have changed since its contract was read: unknown column, other type, stale plan. */
    static boolean isOfTheContract(DatabaseException failure) {
        return failure.sqlState()
                .map(state -> state.startsWith("42") || state.startsWith("0A"))
                .orElse(false);
    }

    /** A unique key or an exclusion constraint: the record is there already. */
    static boolean isRepeat(DatabaseException failure) {
        return failure.sqlState().filter(Set.of("23505", "23P01")::contains).isPresent();
    }
}
