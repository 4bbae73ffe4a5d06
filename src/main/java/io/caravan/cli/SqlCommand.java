package io.caravan.cli;

import io.caravan.database.Database;
import java.io.PrintWriter;
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
        print(database.get().inTransaction(connection -> {
            try (Statement sql = connection.createStatement()) {
                return sql.execute(statement) ? rows(sql.getResultSet()) : changed(sql.getUpdateCount());
            }
        }));
        return 0;
    }

    private static List<List<String>> rows(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<List<String>> table = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            names.add(result.getMetaData().getColumnLabel(i));
        }
        table.add(names);
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                String value = result.getString(i);
                row.add(value == null ? "" : value);
            }
            table.add(row);
        }
        return table;
    }

    private static List<List<String>> changed(int rows) {
        return List.of(List.of("rows"), List.of(String.valueOf(rows)));
    }

    private void print(List<List<String>> table) {
        if (spec == null) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        int columns = table.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : table) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : table) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
