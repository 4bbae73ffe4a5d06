package io.caravan.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The ways in which the simulated provider lists its packets, each at a path of its own. */
public enum Pagination {
    /** {@code ?cursor=&limit=} gives {@code {"data":[…],"next":"…"}}; the cursor is there also after the last record. */
    CURSOR("/v2/packets"),
    /** {@code "next"} is a whole URL; also after the last record. */
    NEXT_URL("/v2/packets/next-url"),
    /** {@code Link: <…>; rel="next"}, left out on the last page. */
    LINK("/v2/packets/link"),
    /** {@code ?page=1&limit=} gives {@code "page", "total_pages"} with the data. */
    PAGE("/v2/packets/pages"),
    /** {@code ?offset=0&limit=} gives {@code "offset", "total"} with the data. */
    OFFSET("/v2/packets/offset"),
    /** {@code ?from=&to=&limit=&cursor=}: arrivals in [from, to), ISO 8601 or epoch seconds; {@code "next"} is null at its end. */
    WINDOW("/v2/packets/window"),
    /** {@code ?limit=&cursor=&since=}: the newest record first; {@code "next"} leads to older ones and is null at the oldest. */
    NEWEST_FIRST("/v2/packets/newest");

    private final String path;

    Pagination(String path) {
        this.path = path;
    }

    public String path() {
        return path;
    }

    static Optional<Pagination> at(String path) {
        return Arrays.stream(values())
                .filter(pagination -> pagination.path.equals(path))
                .findFirst();
    }
}
