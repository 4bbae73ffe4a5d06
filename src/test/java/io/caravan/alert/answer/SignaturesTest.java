package io.caravan.alert.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples that the services publish. */
class SignaturesTest {
    @Test
    void slacksExample() {
        assertThat(
                        Signatures.slack(
                                "8f742231b10e8888abcd99yyyzzz85a5",
                                "1531420618",
                                "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"))
                .isEqualTo("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    }

    @Test
    void twiliosExample() {
        assertThat(Signatures.twilio(
                        "12345",
                        "https://mycompany.com/myapp.php?foo=1&bar=2",
                        Map.of(
                                "CallSid", "CA1234567890ABCDE",
                                "Caller", "+14158675309",
                                "Digits", "1234",
                                "From", "+14158675309",
                                "To", "+18005551212")))
                .isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    @ParameterizedTest
    @CsvSource({
        "1000, true",
        "1300, true",
        "1301, false",
        "700, true",
        "699, false",
        "'', false",
        "1e3, false",
        "-5, false"
    })
    void olderThanFiveMinutesIsARepeat(String seconds, boolean fresh) {
        assertThat(Signatures.isFresh(seconds, Instant.ofEpochSecond(1000))).isEqualTo(fresh);
    }
}
