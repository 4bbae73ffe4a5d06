package io.caravan.routes;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody most likely meant to write. */
public final class DidYouMean {
    private DidYouMean() {}

    /** The closest of the known names, when it is close: at most a third of its letters (or two) differ, or one begins with the other. */
    public static Optional<String> closest(String written, Collection<String> known) {
        return known.stream()
                .filter(name -> distance(written, name) <= Math.max(2, name.length() / 3) || isBeginning(written, name))
                .min(Comparator.comparingInt((String name) -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code did you mean 'x'?}, or the known names when none is close and they are few. */
    public static String cure(String written, Collection<String> known) {
        return closest(written, known)
                .map(name -> "did you mean '" + name + "'?")
                .orElseGet(() -> known.isEmpty()
                        ? "remove it"
                        : known.size() <= 15
                                ? "known here: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList())
                                : "remove it or look up its name");
    }

    private static boolean isBeginning(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        return Math.min(a.length(), b.length()) > 2 && (a.startsWith(b) || b.startsWith(a));
    }

    /** Edits between two names, regardless of case; two letters exchanged count as one. */
    public static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
