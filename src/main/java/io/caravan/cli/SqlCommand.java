package io.caravan.cli;

import io.caravan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan sql}: one statement on the service's database, for whoever has no psql at hand. */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Runs one SQL statement on the service's database and prints its rows.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:PostgreSQL refused it; the message says why"})
public final class SqlCommand implements Callable<Integer> {
    private final Supplier<Database> database;

    @Parameters(paramLabel = "STATEMENT", description = "Such as \"select count(*) from telematics.packet\".")
    private String statement = "";

    @Spec
    private @Nullable CommandSpec spec;

    public SqlCommand(Supplier<Database> database) {
        this.database = database;
    }

    @Override
    public Integer call() {
        Table table = database.get().inTransaction(connection -> {
            try (Statement sql = connection.createStatement()) {
                return sql.execute(statement) ? rows(sql.getResultSet()) : changed(sql.getUpdateCount());
            }
        });
        if (spec != null) {
            table.print(spec.commandLine().getOut());
        }
        return 0;
    }

    private static Table rows(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            names.add(result.getMetaData().getColumnLabel(i));
        }
        Table table = new Table(names);
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                String value = result.getString(i);
                row.add(value == null ? "" : value);
            }
            table.row(row);
        }
        return table;
    }

    private static Table changed(int rows) {
        Table table = new Table("rows");
        table.row(String.valueOf(rows));
        return table;
    }
}
