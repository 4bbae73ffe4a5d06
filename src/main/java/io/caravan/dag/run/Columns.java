package io.caravan.dag.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value of each fact of a list, NULLs included: an array parameter that {@code unnest} makes a column of. */
public final class Columns {
    private Columns() {}

    /** One value of a fact; null becomes NULL. */
    public interface Part<T> {
        @Nullable
        Object of(T whole);
    }

    public static <T> List<@Nullable Object> of(List<T> list, Part<T> part) {
        List<@Nullable Object> parts = new ArrayList<>(list.size());
        list.forEach(each -> parts.add(part.of(each)));
        return parts;
    }
}
