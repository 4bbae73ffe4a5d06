package io.caravan.alert.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LinkSignerTest {
    private static final AnswerLink LINK = new AnswerLink(
            Act.RESOLVE,
            42,
            "ada/télégramme",
            UUID.fromString("0195a000-0000-7000-8000-000000000001"),
            Instant.parse("2096-03-02T10:05:00Z"));

    private final LinkSigner signer = new LinkSigner(() -> "secret");

    @Test
    void whatWasWrittenIsRead() {
        assertThat(signer.read(signer.write(LINK))).contains(LINK);
    }

    @Test
    void aLinkIsShortAndFitsIntoAnAddress() {
        assertThat(signer.write(LINK)).hasSizeLessThan(100).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void noCharacterCanBeChanged() {
        String written = signer.write(LINK);
        for (int i = 0; i < written.length() - 1; i++) {
            char other = written.charAt(i) == 'A' ? 'B' : 'A';
            String forged = written.substring(0, i) + other + written.substring(i + 1);
            assertThat(signer.read(forged)).as(forged).isEmpty();
        }
    }

    @Test
    void anotherSecretKnowsNothing() {
        assertThat(new LinkSigner(() -> "other").read(signer.write(LINK))).isEmpty();
    }

    @Test
    void whatIsNoLinkIsNone() {
        String written = signer.write(LINK);
        assertThat(Arrays.asList("", "x", "../..", "%%%", "AAAA".repeat(20), written.substring(1), written + "AAAA"))
                .allSatisfy(text -> assertThat(signer.read(text)).isEmpty());
    }
}
