package io.caravan.watch.episode;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.watch.cause.Fact;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was told of an episode, read back from its facts, to be told again with what is new. */
public final class Retold {
    private Retold() {}

    public static Account account(Episode episode, Severity severity, Optional<Finding> finding, int members) {
        JsonNode facts = EventFacts.parse(episode.facts());
        List<Fact> table = new ArrayList<>();
        facts.path("table")
                .forEach(row -> table.add(
                        new Fact(row.path("label").asText(), row.path("value").asText())));
        List<String> sample = new ArrayList<>();
        facts.path("sample").forEach(name -> sample.add(name.asText()));
        return new Account(episode.sentence(), table, severity, finding, members, sample, away(facts.path("away")));
    }

    /** That it is expected until a window ends. */
    static String expected(Episode episode, Window window, Optional<Author> by, ZoneId zone, Instant now) {
        String note =
                window.note().isEmpty() && window.kind() == Window.Kind.MAINTENANCE ? "maintenance" : window.note();
        return "Expected until " + Spoken.momentBeside(episode.sentence(), window.until(), now, zone)
                + by.map(author -> " by " + author.name()).orElse("") + (note.isEmpty() ? "" : " (" + note + ")") + ". "
                + episode.sentence();
    }

    private static Optional<Absence> away(JsonNode away) {
        return away.isMissingNode()
                ? Optional.empty()
                : Optional.of(new Absence(
                        Instant.parse(away.path("from").asText()),
                        Instant.parse(away.path("until").asText()),
                        away.path("listened").asBoolean()));
    }
}
