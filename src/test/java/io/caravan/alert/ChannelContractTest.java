package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every shipped channel that speaks HTTP, by its real route against a service that answers as it is told. */
class ChannelContractTest {
    private static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private Sink service;

    /**
     * A channel.
     *
     * @param taken what the service answers when it has taken a message
     */
    private record Shipped(String template, Sink.Answer taken, List<String> parameters) {
        Shipped(String template, Sink.Answer taken, String... parameters) {
            this(template, taken, List.of(parameters));
        }

        @Override
        public String toString() {
            return template;
        }
    }

    static Stream<Shipped> channels() {
        return Stream.of(
                new Shipped("channel-slack-webhook", Sink.Answer.of(200, "ok"), "webhookUrl={{service}}/s/" + SECRET),
                new Shipped(
                        "channel-slack-bot",
                        Sink.Answer.of(200, "{\"ok\": true, \"channel\": \"C1\", \"ts\": \"1.1\"}"),
                        "botToken=" + SECRET,
                        "apiUrl={{service}}"),
                new Shipped("channel-teams", Sink.Answer.of(202, ""), "webhookUrl={{service}}/w?sig=" + SECRET),
                new Shipped(
                        "channel-discord",
                        Sink.Answer.of(200, "{\"id\": \"1\"}"),
                        "webhookUrl={{service}}/api/webhooks/1/" + SECRET),
                new Shipped("channel-mattermost", Sink.Answer.of(200, "ok"), "webhookUrl={{service}}/hooks/" + SECRET),
                new Shipped(
                        "channel-google-chat",
                        Sink.Answer.of(200, "{\"name\": \"spaces/S/messages/M\"}"),
                        "webhookUrl={{service}}/v1/spaces/S/messages?key=" + SECRET),
                new Shipped(
                        "channel-telegram",
                        Sink.Answer.of(200, "{\"ok\": true, \"result\": {\"message_id\": 1}}"),
                        "botToken=1:" + SECRET,
                        "apiUrl={{service}}"),
                new Shipped(
                        "channel-pagerduty",
                        Sink.Answer.of(202, "{\"status\": \"success\"}"),
                        "routingKey=" + SECRET,
                        "eventsUrl={{service}}/v2/enqueue"),
                new Shipped("channel-alertmanager", Sink.Answer.of(200, ""), "alertmanagerUrl={{service}}"),
                new Shipped(
                        "channel-twilio",
                        Sink.Answer.of(201, "{\"sid\": \"SM1\"}"),
                        "accountSid=AC1",
                        "authToken=" + SECRET,
                        "sender=+1555",
                        "apiUrl={{service}}"),
                new Shipped(
                        "channel-webhook",
                        Sink.Answer.of(204, ""),
                        "webhookUrl={{service}}/hook",
                        "signingSecret=whsec_" + SECRET),
                new Shipped("channel-heartbeat", Sink.Answer.of(200, "OK"), "pingUrl={{service}}/" + SECRET));
    }

    @BeforeEach
    void start() throws Exception {
        service = new Sink();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static Shipped named(String template) {
        return channels()
                .filter(channel -> channel.template().equals(template))
                .findFirst()
                .orElseThrow();
    }

    private ChannelKit kit(Shipped shipped) throws Exception {
        return new ChannelKit(
                folder,
                Map.of("service", service.url()),
                ChannelKit.channel(shipped.template(), shipped.parameters().toArray(String[]::new)));
    }

    private static Delivery message(Shipped shipped) {
        return shipped.template().equals("channel-heartbeat") ? Messages.heartbeat() : Messages.firing("+316");
    }

    @ParameterizedTest
    @MethodSource("channels")
    void whatTheServiceAnswersIsJudgedAsItIsMeant(Shipped shipped) throws Exception {
        try (ChannelKit channel = kit(shipped)) {
            service.answers(shipped.taken());
            channel.send(message(shipped));

            SendFailedException busy =
                    refusal(channel, shipped, Sink.Answer.of(429, "slow down").with("Retry-After", "30"));
            assertThat(busy.isPermanent()).isFalse();
            assertThat(busy.retryAfter()).contains(Duration.ofSeconds(30));
            IntStream.of(408, 425, 500, 502, 503, 504)
                    .forEach(status -> assertThat(refusal(channel, shipped, Sink.Answer.of(status, "oops"))
                                    .isPermanent())
                            .as("after %d", status)
                            .isFalse());
            IntStream.of(401, 403, 404, 410)
                    .forEach(status -> assertThat(refusal(channel, shipped, Sink.Answer.of(status, "no"))
                                    .isPermanent())
                            .as("after %d", status)
                            .isTrue());
            Sink.Answer elsewhere = Sink.Answer.of(302, "").with("Location", service.url() + "/elsewhere");
            assertThat(refusal(channel, shipped, elsewhere).isPermanent()).isTrue();
            Sink.Answer cut = Sink.Answer.of(200, "o").cutShort();
            assertThat(refusal(channel, shipped, cut).isPermanent()).isFalse();
            assertThat(service.requests())
                    .as("each is tried once, and nowhere else")
                    .hasSize(14)
                    .noneMatch(request -> request.uri().contains("elsewhere"));

            service.close();
            SendFailedException down = channel.refusal(message(shipped));
            assertThat(down.isPermanent()).isFalse();
            assertThat(down).hasMessageNotContaining(SECRET);
        }
    }

    private SendFailedException refusal(ChannelKit channel, Shipped shipped, Sink.Answer answer) {
        service.answers(answer);
        SendFailedException refusal = channel.refusal(message(shipped));
        assertThat(refusal).hasMessageNotContaining(SECRET);
        return refusal;
    }

    /** What would call people, make a link or end a text where it is taken for more than words. */
    private static final String EVIL =
            "@everyone @here @channel <!channel> <@U1> <users/all> <at>Ann</at> [x](http://evil.example) </b>&Body=1 \u202E\u0000";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            channel-slack-webhook | /text                                      | &lt;!channel&gt; &lt;@U1&gt;
            channel-slack-webhook | /blocks/1/text/text                        | &lt;!channel&gt; &lt;@U1&gt;
            channel-slack-bot     | /blocks/1/text/text                        | &lt;!channel&gt; &lt;@U1&gt;
            channel-teams         | /attachments/0/content/body/0/text         | \\<at\\>Ann\\</at\\> \\[x\\](http
            channel-teams         | /attachments/0/content/body/2/facts/2/value | \\<at\\>Ann\\</at\\> \\[x\\](http
            channel-discord       | /content                                   | @\u200Beveryone @\u200Bhere
            channel-discord       | /embeds/0/description                      | @\u200Beveryone @\u200Bhere
            channel-mattermost    | /text                                      | @\u200Beveryone @\u200Bhere @\u200Bchannel
            channel-google-chat   | /text                                      | ‹users/all›
            channel-google-chat   | /cardsV2/0/card/sections/0/header          | &lt;users/all&gt;
            channel-google-chat   | /cardsV2/0/card/sections/0/widgets/2/decoratedText/text | &lt;users/all&gt;
            channel-telegram      | /text                                      | &lt;/b&gt;&amp;Body=1
            channel-pagerduty     | /payload/summary                           | <users/all>
            channel-alertmanager  | /0/annotations/summary                     | <users/all>
            channel-webhook       | /incidents/0/summary                       | <users/all>
            """)
    void aTextCallsNobodyAndIsNothingButText(String template, String place, String shown) throws Exception {
        Shipped shipped = named(template);
        try (ChannelKit channel = kit(shipped)) {
            service.answers(shipped.taken());
            channel.send(Messages.of(
                    MessageKind.FIRING,
                    "+316",
                    null,
                    List.of(Messages.incident(1, EVIL, Map.of("cause", EVIL, "action", EVIL)))));
            assertThat(channel.brokenTexts).isEmpty();
        }
        assertThat(service.only().json().at(place).asText()).contains(shown);
        assertThat(service.only()
                        .json()
                        .at("/attachments/0/content/msteams/entities")
                        .isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            channel-slack-webhook | <html>Log in to the proxy</html>                                    | true
            channel-slack-webhook | no_service                                                          | true
            channel-slack-bot     | {"ok": false, "error": "not_in_channel"}                            | true
            channel-slack-bot     | {"ok": false, "error": "ratelimited"}                               | false
            channel-slack-bot     | <html>Log in to the proxy</html>                                    | true
            channel-telegram      | {"ok": false, "description": "Forbidden: bot was kicked"}           | true
            channel-telegram      | <html>Log in to the proxy</html>                                    | true
            """)
    void a200MayMeanNo(String template, String answer, boolean permanent) throws Exception {
        Shipped shipped = named(template);
        try (ChannelKit channel = kit(shipped)) {
            assertThat(refusal(channel, shipped, Sink.Answer.of(200, answer)).isPermanent())
                    .isEqualTo(permanent);
        }
    }
}
