package io.caravan.watch.cause;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CauseFilesTest {
    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-03-10T12:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("Nobody asks for another zone");
        }
    };

    private void save(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        now = now.plus(Duration.ofSeconds(2));
    }

    private Finding refused(CauseFiles files) {
        return new Causes(files).find(new EvidenceOf().refused("main", 2, true).get());
    }

    @Test
    void aFileSaysACauseInOurOwnWords() throws IOException {
        save("credentials.yaml", """
                title: Login refused
                severity: critical
                remedy: Renew ${credential} of ${provider}; it costs us $$5.
                customerDraft: |
                  Dear ${tenant}, since ${since} we are not let in.
                """);
        Finding finding = refused(CauseFiles.in(folder, clock));
        assertThat(finding.title()).isEqualTo("Login refused");
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.remedy()).isEqualTo("Renew main of acme; it costs us $5.");
        assertThat(finding.customerDraft()).contains("Dear acme/north, since 2026-03-10 09:00 UTC we are not let in.");
    }

    @Test
    void aSavedFileCountsAtOnce_andABrokenOneLeavesTheLastGood() throws IOException {
        CauseFiles files = CauseFiles.in(folder, clock);
        save("credentials.yaml", "title: One\n");
        assertThat(refused(files).title()).isEqualTo("One");
        save("credentials.yaml", "title: Another one\nremedy: Ask ${providr}\n");
        assertThat(refused(files).title()).isEqualTo("One");
        assertThat(files.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.what()).isEqualTo("'${providr}' is unknown here");
            assertThat(problem.cure()).isEqualTo("did you mean 'provider'?");
        });
        save("credentials.yaml", "title: Mended\n");
        assertThat(refused(files).title()).isEqualTo("Mended");
        assertThat(files.problems()).isEmpty();
    }

    @Test
    void aTextThatWasNeverGoodFallsBackToThePlainForm() throws IOException {
        save("credentials.yaml", "remedy: ${oops\n");
        assertThat(refused(CauseFiles.in(folder, clock)).remedy()).isEqualTo(Cause.CREDENTIALS.remedy());
    }

    @Test
    void aDraftToTheCustomerCanNotQuoteWhatTheProviderSaid() throws IOException {
        save("credentials.yaml", "customerDraft: It says ${answer}\n");
        assertThat(CauseFiles.in(folder, clock).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).isEqualTo("'${answer}' is unknown here"));
    }

    @Test
    void thresholdsAndOrderAndOnOffAreTheFiles() throws IOException {
        CauseFiles files = CauseFiles.in(folder, clock);
        save("credentials.yaml", "thresholds: {refusals: 5}\n");
        assertThat(refused(files).cause()).isNotEqualTo(Cause.CREDENTIALS);
        save("credentials.yaml", "thresholds: {refusals: 2}\nenabled: false\n");
        assertThat(refused(files).cause()).isNotEqualTo(Cause.CREDENTIALS);
        save("credentials.yaml", "order: 1000\n");
        assertThat(refused(files).cause()).isEqualTo(Cause.FLEET_OFF);
    }

    @Test
    void whatNoRuleKnowsIsAMistake() throws IOException {
        save("credentials.yaml", "thresholds: {refusal: 5}\n");
        save("credential.yaml", "title: A\n");
        save("quota.yaml", "severity: urgent\n");
        save("schema.yaml", "orders: 1\n");
        assertThat(CauseFiles.in(folder, clock).problems())
                .extracting(problem -> problem.path().getFileName() + ":" + problem.line() + ": " + problem.what()
                        + "; " + problem.cure())
                .containsExactly(
                        "credential.yaml:0: There is no cause 'credential'; did you mean 'credentials'?",
                        "credentials.yaml:1: 'refusal' is no threshold of credentials; did you mean 'refusals'?",
                        "quota.yaml:1: 'urgent' is no severity; use low, medium, high or critical",
                        "schema.yaml:1: 'orders' is not known; did you mean 'order'?");
    }

    @Test
    void theFilesThatComeWithCaravanAreWithoutMistake() {
        CauseFiles shipped = CauseFiles.in(Path.of("config/causes"), clock);
        assertThat(shipped.problems()).isEmpty();
        Finding finding = refused(shipped);
        assertThat(finding.cause()).isEqualTo(Cause.CREDENTIALS);
        assertThat(finding.remedy()).contains("caravan poll resume acme").doesNotContain("${");
        assertThat(finding.customerDraft().orElseThrow())
                .startsWith("Dear acme/north,")
                .doesNotContain("${");
    }
}
