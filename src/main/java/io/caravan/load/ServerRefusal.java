package io.caravan.load;

import io.caravan.database.DatabaseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL said of a record that it alone could judge. */
final class ServerRefusal {
    private static final int LONGEST = 500;

    private ServerRefusal() {}

    static Rejection of(StagedRecord record, DatabaseException failure) {
        @Nullable ServerErrorMessage said = said(failure);
        String text = said == null ? String.valueOf(failure.getMessage()) : String.valueOf(said.getMessage());
        String state = failure.sqlState().orElse("");
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return new Rejection(
                record.place(),
                record.raw(),
                reason(state, failure),
                said == null ? null : said.getColumn(),
                "PostgreSQL refused it: " + shown.replace('\0', '\uFFFD') + " (SQLState " + state + ")");
    }

    /** The constraint that was violated, where the server names one. */
    static Optional<String> constraint(DatabaseException failure) {
        ServerErrorMessage said = said(failure);
        return said == null ? Optional.empty() : Optional.ofNullable(said.getConstraint());
    }

    private static Reason reason(String state, DatabaseException failure) {
        return switch (state) {
            case "23502" -> Reason.not_null;
            case "23503" -> Reason.foreign_key;
            case "23505" -> Reason.unique;
            case "23514" -> constraint(failure).isPresent() ? Reason.check : Reason.partition;
            default ->
                state.startsWith("22") && said(failure) != null && hasDatatype(failure) ? Reason.type : Reason.database;
        };
    }

    private static boolean hasDatatype(DatabaseException failure) {
        ServerErrorMessage said = said(failure);
        return said != null && said.getDatatype() != null;
    }

    private static @Nullable ServerErrorMessage said(DatabaseException failure) {
        return failure.getCause() instanceof PSQLException refusal ? refusal.getServerErrorMessage() : null;
    }
}
