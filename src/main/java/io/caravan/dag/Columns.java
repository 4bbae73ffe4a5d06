package io.caravan.dag;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value of each fact of a list, NULLs included: an array parameter that {@code unnest} makes a column of. */
final class Columns {
    private Columns() {}

    interface Part<T> {
        @Nullable
        Object of(T whole);
    }

    static <T> List<@Nullable Object> of(List<T> list, Part<T> part) {
        List<@Nullable Object> parts = new ArrayList<>(list.size());
        list.forEach(each -> parts.add(part.of(each)));
        return parts;
    }
}
