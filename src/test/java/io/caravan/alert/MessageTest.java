package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What messages say, whoever carries them. Their reader is in Amsterdam. */
class MessageTest {
    private static JsonNode clock(String summary, String zone) {
        Incident incident = Messages.incident(1, summary, Map.of("zone", zone));
        String facts =
                Messages.of(MessageKind.FIRING, "", null, List.of(incident)).message();
        return Json.tree(facts).path("incidents").path(0).path("clock");
    }

    @Test
    void timesByAnotherClockThanTheReadersSayWhose_once() {
        assertThat(clock("acme: 0 packets since 09:12", "America/New_York").asText())
                .isEqualTo("America/New_York");
        assertThat(clock("acme: 0 packets since 09:12", "Z").asText()).isEqualTo("UTC");
        assertThat(clock("acme: 0 packets since 09:12 (America/New_York)", "America/New_York")
                        .isNull())
                .isTrue();
        assertThat(clock("acme: 0 packets since 09:12", "Europe/Berlin").isNull())
                .isTrue();
    }
}
