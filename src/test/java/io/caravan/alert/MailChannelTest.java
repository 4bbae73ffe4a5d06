package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail, taken in by a real SMTP server. */
class MailChannelTest {
    @TempDir
    Path folder;

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.setUser("caravan", "se+cret%");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private ChannelKit mail(String... more) throws Exception {
        return new ChannelKit(
                folder,
                Map.of(
                        "mail.port",
                        String.valueOf(server.getSmtp().getPort()),
                        "mail.password",
                        "se+cret%",
                        "mail.from",
                        "Caravan <caravan@example.com>"),
                ChannelKit.channel(
                        "channel-mail",
                        Stream.concat(
                                        Stream.of(
                                                "smtpHost=127.0.0.1",
                                                "smtpPort={{mail.port}}",
                                                "startTls=false",
                                                "smtpUser=caravan",
                                                "smtpPassword={{mail.password}}",
                                                "mailFrom={{mail.from}}"),
                                        Stream.of(more))
                                .toArray(String[]::new)));
    }

    @Test
    void aMailHasASubjectATextAndItsHtml() throws Exception {
        try (ChannelKit channel = mail()) {
            Delivery delivery = Messages.nasty("ops@example.com, boss@example.com");
            assertThat(channel.send(delivery)).contains(delivery.id().toString());
            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(server.getReceivedMessages()).hasSize(2);
            assertThat(mail.getFrom()[0]).hasToString("Caravan <caravan@example.com>");
            assertThat(mail.getSubject())
                    .startsWith("🔴 Critical: 5 < 6 & 7 > \"4\"")
                    .contains("é new line");
            assertThat(mail.getMessageID()).isEqualTo("<" + delivery.id() + "@caravan>");
            assertThat(mail.getHeader("CaravanAlertReceiver")).isNull();
            MimeMultipart parts = (MimeMultipart) mail.getContent();
            assertThat(parts.getContentType()).startsWith("multipart/alternative");
            assertThat((String) parts.getBodyPart(0).getContent()).contains("5 < 6 & 7 > \"4\"", "🚚");
            assertThat((String) parts.getBodyPart(1).getContent())
                    .contains("5 &lt; 6 &amp; 7 &gt; &quot;4&quot;", "🚚");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail-subject.txt.ftl", "none.ftl"})
    void aTextWithLineBreaksIsNoHeader(String subject) throws Exception {
        try (ChannelKit channel = mail("subjectTemplate=" + subject)) {
            channel.send(Messages.of(
                    MessageKind.FIRING,
                    "ops@example.com",
                    null,
                    List.of(Messages.incident(1, "silent\r\nBcc: evil@example.com\r\n\r\nbody", Map.of()))));
        }
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getSubject()).contains("silent Bcc: evil@example.com body");
    }

    @Test
    void theFirstMailAnswersNone() throws Exception {
        try (ChannelKit channel = mail()) {
            channel.send(Messages.firing("ops@example.com"));
        }
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(mail.getHeader("Message-ID")).hasSize(1);
        assertThat(mail.getHeader("In-Reply-To")).isNull();
        assertThat(mail.getHeader("References")).isNull();
    }

    @Test
    void whatComesLaterAnswersTheFirstMail() throws Exception {
        try (ChannelKit channel = mail()) {
            channel.send(Messages.later(MessageKind.RESOLVED, "ops@example.com", "first"));
        }
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("✅ Resolved: acme/1 is silent");
        assertThat(mail.getHeader("In-Reply-To")).containsExactly("<first@caravan>");
    }

    @Test
    void manyLongTextsGoThrough() throws Exception {
        try (ChannelKit channel = mail()) {
            channel.send(Messages.huge("ops@example.com"));
            assertThat(channel.brokenTexts).isEmpty();
        }
        assertThat(server.getReceivedMessages()[0].getSubject()).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void aServerThatIsDownIsTriedAgainAndAnAddressThatIsNoneIsNot() throws Exception {
        try (ChannelKit channel = mail()) {
            assertThat(channel.refusal(Messages.firing("not an address")).isPermanent())
                    .isTrue();
            server.stop();
            SendFailedException down = channel.refusal(Messages.firing("ops@example.com"));
            assertThat(down.isPermanent()).isFalse();
            assertThat(down).hasMessageNotContaining("se+cret");
        }
    }

    @Test
    void aServerThatAsksForNoUserIsToldNone() throws Exception {
        GreenMail open = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        open.start();
        try (ChannelKit channel = new ChannelKit(
                folder,
                Map.of("mail.port", String.valueOf(open.getSmtp().getPort())),
                ChannelKit.channel(
                        "channel-mail",
                        "smtpHost=127.0.0.1",
                        "smtpPort={{mail.port}}",
                        "startTls=false",
                        "mailFrom=caravan@example.com"))) {
            channel.send(Messages.firing("ops@example.com"));
            assertThat(open.getReceivedMessages()).hasSize(1);
        } finally {
            open.stop();
        }
    }

    @Test
    void aWrongPasswordIsForGood() throws Exception {
        server.setUser("caravan", "another");
        try (ChannelKit channel = mail()) {
            SendFailedException refused = channel.refusal(Messages.firing("ops@example.com"));
            assertThat(refused.isPermanent()).isTrue();
            assertThat(refused).hasMessageContaining("535").hasMessageNotContaining("se+cret");
        }
    }

    @Test
    void repliesThatBeginWith5AreForGood() {
        assertThat(MailRefusal.isPermanent(new IllegalStateException(reply(550))))
                .isTrue();
        assertThat(MailRefusal.isPermanent(reply(451))).isFalse();
    }

    private static SMTPSendFailedException reply(int code) {
        return new SMTPSendFailedException("RCPT", code, "told", null, null, null, null);
    }
}
