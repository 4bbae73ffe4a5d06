package io.caravan.routes;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/**
 * One mistake in one file, as {@code validate}, the log and the health check tell it: {@code file:line: what is wrong; how to mend it}.
 *
 * @param path the file as the user named it (relative to where Caravan was started)
 * @param line 1-based; 0 when the whole file is meant
 * @param what what is wrong, with the offending value
 * @param cure what to do about it
 */
public record Problem(Path path, int line, String what, String cure) {

    /** By file, then by line, then by text. */
    public static final Comparator<Problem> IN_READING_ORDER =
            Comparator.comparing(Problem::path).thenComparingInt(Problem::line).thenComparing(Problem::what);

    public Problem {
        Objects.requireNonNull(path);
        if (line < 0) {
            throw new IllegalArgumentException("A line is 1 or more, or 0 for the whole file, but was " + line);
        }
        what = oneLine(what);
        cure = oneLine(cure);
    }

    @Override
    public String toString() {
        return path + ":" + Math.max(line, 1) + ": " + what + (cure.isEmpty() ? "" : "; " + cure);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
