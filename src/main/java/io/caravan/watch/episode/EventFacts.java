package io.caravan.watch.episode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Fact;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.Subject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an event tells, as a JSON object with all that a message needs, and the labels by which routes choose. What is not known is not there. The keys are listed in docs/tune-a-watchdog.md.
 */
final class EventFacts {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@code to: watch:expect} does about a trouble. */
    private static final String EXPECT = "expect";

    private EventFacts() {}

    /** What stays the same as long as the trouble does: whom it is about, what is wrong, why, and what to do. */
    static ObjectNode trouble(Subject subject, UUID episode, EpisodeKind kind, Instant since, Account account) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("episode", episode.toString());
        facts.put("trouble", kind.word());
        series(facts, subject);
        facts.put("severity", account.severity().word());
        facts.put("since", since.toString());
        facts.put("sentence", account.sentence());
        facts.set("table", table(account.table()));
        if (subject.series().kind().isMerged()) {
            facts.put("fleets", subject.fleets());
            facts.put("members", account.members());
            ArrayNode sample = facts.putArray("sample");
            account.sample().forEach(sample::add);
        }
        account.finding().ifPresent(finding -> cause(facts, finding));
        account.away()
                .ifPresent(away -> facts.putObject("away")
                        .put("from", away.from().toString())
                        .put("until", away.until().toString())
                        .put("listened", away.listened()));
        links(facts, subject);
        if (kind.canBeExpected(subject.series().kind())) {
            facts.putArray("acts").add(EXPECT);
        }
        return facts;
    }

    private static void series(ObjectNode facts, Subject subject) {
        Series series = subject.series();
        facts.putObject("series")
                .put("kind", series.kind().word())
                .put("name", series.name())
                .put("title", subject.title());
        if (!series.kind().isMerged()) {
            facts.put("fleet", series.name());
        }
        put(facts, "provider", subject.provider());
        put(facts, "tenant", subject.tenant());
        put(facts, "credential", subject.credential());
        put(facts, "region", subject.region());
        put(facts, "owner", subject.owner());
        put(facts, "contact", subject.contact());
        facts.put("zone", Moments.name(subject.zone()));
    }

    private static void cause(ObjectNode facts, Finding finding) {
        facts.putObject("cause")
                .put("word", finding.cause().word())
                .put("title", finding.title())
                .put("confidence", finding.confidence())
                .put("sentence", finding.sentence())
                .put("remedy", finding.remedy());
        facts.set("evidence", table(finding.evidence()));
        put(facts, "customerDraft", finding.customerDraft());
    }

    private static void links(ObjectNode facts, Subject subject) {
        Series series = subject.series();
        ObjectNode links = facts.putObject("links");
        if (series.kind().isMerged()) {
            links.put("list", "./caravan fleet list --" + series.kind().word() + " " + series.name());
        } else {
            links.put("explain", "./caravan fleet explain " + series.name());
            links.put("expect", "./caravan fleet expect " + series.name() + " --until <when> --note <why>");
            links.put("api", "/api/fleets/" + series.name());
        }
    }

    /** The event itself, on top of the facts of its trouble. */
    static ObjectNode event(JsonNode trouble, UUID id, EventKind kind, Instant at) {
        ObjectNode facts = trouble.deepCopy();
        return facts.put("id", id.toString()).put("event", kind.word()).put("at", at.toString());
    }

    /** Other words than those of its trouble. */
    static void sentence(ObjectNode facts, String sentence) {
        facts.put("sentence", sentence);
    }

    static void changes(ObjectNode facts, Collection<ChangeReason> reasons) {
        ArrayNode changes = facts.putArray("changes");
        reasons.stream().sorted().forEach(reason -> changes.add(reason.word()));
    }

    static void joined(ObjectNode facts, List<UUID> episodes) {
        ArrayNode joined = facts.putArray("joined");
        episodes.forEach(episode -> joined.add(episode.toString()));
    }

    static void end(ObjectNode facts, Episode episode, CloseReason reason, CaughtUp caughtUp, Instant now) {
        ObjectNode end = facts.putObject("end")
                .put("reason", reason.word())
                .put("at", now.toString())
                .put("seconds", episode.duration(now).toSeconds())
                .put("lasted", Spoken.duration(episode.duration(now)))
                .put("caughtUpPackets", caughtUp.packets());
        caughtUp.newestEvent().ifPresent(at -> end.put("caughtUpTo", at.toString()));
    }

    /** By which routes choose. */
    static Map<String, String> labels(Subject subject, EventKind kind, Episode episode) {
        Map<String, String> labels = new HashMap<>();
        labels.put(EventLabels.KIND, kind.word());
        labels.put(EventLabels.SEVERITY, episode.severity().word());
        labels.put(EventLabels.CAUSE, episode.cause().orElse(Cause.UNKNOWN).word());
        labels.put(EventLabels.TROUBLE, episode.kind().word());
        labels.put(EventLabels.EPISODE, episode.id().toString());
        label(labels, EventLabels.PROVIDER, subject.provider());
        label(labels, EventLabels.TENANT, subject.tenant());
        label(labels, EventLabels.CREDENTIAL, subject.credential());
        label(labels, EventLabels.REGION, subject.region());
        if (!subject.series().kind().isMerged()) {
            labels.put(EventLabels.FLEET, subject.series().name());
        }
        return labels;
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The facts of an episode are no JSON: " + json, e);
        }
    }

    private static ArrayNode table(List<Fact> rows) {
        ArrayNode table = JsonNodeFactory.instance.arrayNode();
        rows.forEach(row -> table.addObject().put("label", row.label()).put("value", row.value()));
        return table;
    }

    private static void label(Map<String, String> labels, String name, Optional<String> value) {
        value.ifPresent(text -> labels.put(name, text));
    }

    private static void put(ObjectNode facts, String key, Optional<String> value) {
        @Nullable String text = value.orElse(null);
        if (text != null) {
            facts.put(key, text);
        }
    }
}
