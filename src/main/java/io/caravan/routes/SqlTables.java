package io.caravan.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tables that pipelines may load, as {@code schema.table}: either read from their migrations, so that checking a route needs no server, or asked of a database by the caller. */
public final class SqlTables {
    private static final String NAME = "((?:\"[^\"]+\"|\\w+)(?:\\s*\\.\\s*(?:\"[^\"]+\"|\\w+))?)";
    private static final Pattern STATEMENT =
            Pattern.compile("(?i)\\bcreate\\s+(?:unlogged\\s+|foreign\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?" + NAME
                    + "|\\bdrop\\s+table\\s+(?:if\\s+exists\\s+)?" + NAME
                    + "|\\balter\\s+table\\s+(?:if\\s+exists\\s+)?" + NAME + "\\s+rename\\s+to\\s+" + NAME
                    + "|\\bset\\s+(?:local\\s+)?search_path\\s*(?:=|to)\\s*" + NAME);
    private static final Pattern COMMENT = Pattern.compile("--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private final Set<String> names = new TreeSet<>();

    public SqlTables(Collection<String> names) {
        names.forEach(name -> this.names.add(qualified(name, "public")));
    }

    /** Tables that {@code sql/<system>/V*.sql} create, in the order of the migrations' versions; a rename or a drop counts, too. */
    public static SqlTables migratedBy(Path sqlFolder) {
        SqlTables tables = new SqlTables(List.of());
        if (Files.isDirectory(sqlFolder)) {
            try (Stream<Path> files = Files.walk(sqlFolder)) {
                files.filter(file -> file.getFileName().toString().matches("[VR].*\\.sql"))
                        .sorted(Comparator.comparing((Path file) -> String.valueOf(file.getParent()))
                                .thenComparing(SqlTables::version))
                        .forEach(tables::read);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot look into " + sqlFolder, e);
            }
        }
        return tables;
    }

    /** {@code table} may lack its schema; then it is one of {@code public}. */
    public boolean exists(String table) {
        return names.contains(qualified(table, "public"));
    }

    Set<String> names() {
        return names;
    }

    /** V2 before V10, and what is repeatable last. */
    private static String version(Path file) {
        String name = file.getFileName().toString();
        Matcher numbers = Pattern.compile("\\d+").matcher(name.split("__", 2)[0]);
        List<String> parts = new ArrayList<>();
        while (numbers.find()) {
            parts.add(String.format(Locale.ROOT, "%20s", numbers.group()));
        }
        return (name.startsWith("R") ? "R" : "A") + String.join(".", parts) + name;
    }

    private void read(Path file) {
        // the service puts the schema named like the system's folder first on the search path
        Path system = Objects.requireNonNull(file.toAbsolutePath().getParent());
        String schema = plain(system.getFileName().toString());
        String sql;
        try {
            sql = COMMENT.matcher(Files.readString(file)).replaceAll(" ");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        Matcher statement = STATEMENT.matcher(sql);
        while (statement.find()) {
            if (statement.group(1) != null) {
                names.add(qualified(statement.group(1), schema));
            } else if (statement.group(2) != null) {
                names.remove(qualified(statement.group(2), schema));
            } else if (statement.group(3) != null) {
                String before = qualified(statement.group(3), schema);
                names.remove(before);
                names.add(qualified(statement.group(4), before.substring(0, before.indexOf('.'))));
            } else {
                schema = plain(statement.group(5));
            }
        }
    }

    private static String qualified(String name, String schema) {
        String plain = plain(name);
        return plain.contains(".") ? plain : schema + "." + plain;
    }

    /** As PostgreSQL folds it: lower case unless quoted. */
    private static String plain(String name) {
        StringBuilder plain = new StringBuilder();
        for (String part : name.strip().split("\\s*\\.\\s*", -1)) {
            plain.append(plain.length() == 0 ? "" : ".")
                    .append(
                            part.startsWith("\"")
                                    ? part.substring(1, part.length() - 1)
                                    : part.toLowerCase(Locale.ROOT));
        }
        return plain.toString();
    }
}
