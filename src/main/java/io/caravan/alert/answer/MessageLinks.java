package io.caravan.alert.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.routing.Right;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Gives messages their links: of each incident what its receiver may do about it, and its page. Thread-safe. */
public final class MessageLinks {
    /** So long a link works. */
    static final Duration LIFETIME = Duration.ofDays(7);

    private static final String PATH = "/answer/";

    private final LinkSigner signer;
    private final Clock clock;
    private final Optional<String> base;

    /**
     * @param url where people reach this service, such as {@code https://caravan.example.org}; empty: nowhere
     * @throws IllegalArgumentException when it is no address of the web
     */
    public MessageLinks(LinkSigner signer, Clock clock, String url) {
        this.signer = signer;
        this.clock = clock;
        this.base = base(url);
    }

    private static Optional<String> base(String url) {
        if (url.isBlank()) {
            return Optional.empty();
        }
        String scheme = URI.create(url.strip()).getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException(
                    "'" + url + "' is no address that people can reach; give one such as https://caravan.example.org");
        }
        return Optional.of(url.strip().replaceAll("/+$", ""));
    }

    /** Where people reach this service; empty: nowhere, and messages carry no links. */
    public Optional<String> base() {
        return base;
    }

    /** The path of a link. */
    public String path(Act act, long incident, String receiver, UUID message) {
        return PATH
                + signer.write(new AnswerLink(
                        act,
                        incident,
                        receiver,
                        message,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(LIFETIME)));
    }

    /**
     * Adds {@code answers} to each incident of a message: lists of {@code act}, {@code name} and, where people can reach this service, {@code url}.
     *
     * @param may what the receiver may do
     */
    public void add(ObjectNode message, UUID id, String receiver, Set<Right> may) {
        message.path("incidents").forEach(incident -> add(incident, id, receiver, may));
        message.path("ended").forEach(incident -> add(incident, id, receiver, Set.of()));
    }

    private void add(JsonNode incident, UUID id, String receiver, Set<Right> may) {
        ArrayNode answers = ((ObjectNode) incident).putArray("answers");
        long number = incident.path("number").asLong();
        boolean acknowledged = incident.path("state").asText().equals("acknowledged");
        Set<Act> offered = EnumSet.noneOf(Act.class);
        incident.path("acts").forEach(word -> Act.ofWord(word.asText()).ifPresent(offered::add));
        for (Act act : Act.values()) {
            if (act.isAllowed(may) && act.isFor(offered) && !(acknowledged && act == Act.ACKNOWLEDGE)) {
                ObjectNode answer = answers.addObject().put("act", act.word()).put("name", act.title());
                base.ifPresent(url -> answer.put("url", url + path(act, number, receiver, id)));
            }
        }
    }
}
