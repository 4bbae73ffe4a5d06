package io.caravan.alert.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherTest {
    private static final Map<String, String> LABELS =
            Map.of("severity", "critical", "fleet", "acme/nl-17", "tenant", "acme");

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            severity=critical            ; true
            severity = "critical"        ; true
            severity=high                ; false
            severity!=high               ; true
            severity!=critical           ; false
            fleet=~acme/.*               ; true
            fleet=~acme                  ; false
            fleet=~"acme/(nl|de)-\\d+"   ; true
            fleet!~acme/.*               ; false
            fleet!~zeta/.*               ; true
            region=                      ; true
            region!=                     ; false
            tenant!=                     ; true
            region=~.+                   ; false
            fleet=acme/nl.17             ; false
            """)
    void comparesAsAlertmanagerDoes(String matcher, boolean matches) {
        assertThat(Matcher.parse(matcher).matches(LABELS)).isEqualTo(matches);
    }

    @Test
    void tellsHowToWriteOne() {
        assertThatThrownBy(() -> Matcher.parse("severity:critical"))
                .hasMessageContaining("'severity:critical' is no condition; write it such as severity=critical");
        assertThatThrownBy(() -> Matcher.parse("fleet=~acme/("))
                .hasMessageContaining("'fleet=~acme/(' holds no regular expression (Unclosed group)");
    }

    @Test
    void allMustHold() {
        Matchers matchers = Matchers.parse(List.of("tenant=acme", "severity=~high|medium"));

        assertThat(matchers.match(LABELS)).isFalse();
        assertThat(matchers.firstThatFails(LABELS)).hasToString("Optional[severity=~\"high|medium\"]");
        assertThat(Matchers.ANYTHING.match(LABELS)).isTrue();
    }
}
