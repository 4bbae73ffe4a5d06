package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.routing.Matchers;
import java.time.Instant;

/** Alerts that match are not told for a while. */
public record Silence(long id, Matchers matchers, Instant from, Instant until, String who, String why) {
    public boolean holdsAt(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(until);
    }

    boolean isOverAt(Instant moment) {
        return !until.isAfter(moment);
    }

    /** As programs are told of it. */
    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("silence", id)
                .put("from", from.toString())
                .put("until", until.toString())
                .put("who", who)
                .put("why", why);
        ArrayNode conditions = node.putArray("match");
        matchers.all().forEach(matcher -> conditions.add(matcher.toString()));
        return node;
    }
}
