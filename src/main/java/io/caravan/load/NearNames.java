package io.caravan.load;

import java.util.Comparator;
import java.util.List;

/** Finds what somebody probably meant by a name that doesn't exist. */
final class NearNames {
    private NearNames() {}

    /** {@code "Did you mean a.b, a.c? "}, or nothing where no name comes near. */
    static String hint(String wanted, List<String> known) {
        List<String> near = known.stream()
                .filter(name -> distance(wanted, name) <= Math.max(2, wanted.length() / 4)
                        || afterDot(name).equals(afterDot(wanted)))
                .sorted(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(name -> name))
                .limit(5)
                .toList();
        return near.isEmpty() ? "" : "Did you mean " + String.join(", ", near) + "? ";
    }

    private static String afterDot(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Levenshtein's: how many characters must be inserted, deleted or replaced. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(row[j - 1], previous[j]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
