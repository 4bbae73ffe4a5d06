package io.caravan.load;

import io.caravan.routes.DidYouMean;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody probably meant by a name that doesn't exist. */
final class NearNames {
    private NearNames() {}

    /** {@code "Did you mean a.b, a.c? "}, or nothing where no name comes near. */
    static String hint(String wanted, List<String> known) {
        List<String> near = known.stream()
                .filter(name -> DidYouMean.distance(wanted, name) <= Math.max(2, wanted.length() / 4)
                        || afterDot(name).equals(afterDot(wanted)))
                .sorted(Comparator.comparingInt((String name) -> DidYouMean.distance(wanted, name))
                        .thenComparing(name -> name))
                .limit(5)
                .toList();
        return near.isEmpty() ? "" : "Did you mean " + String.join(", ", near) + "? ";
    }

    private static String afterDot(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
