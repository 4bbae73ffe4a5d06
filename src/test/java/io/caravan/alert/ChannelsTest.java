package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each channel that speaks HTTP sends, against the documented shape and limits of its service. */
class ChannelsTest {
    @TempDir
    Path folder;

    private Sink service;

    @BeforeEach
    void start() throws Exception {
        service = new Sink();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private ChannelKit channel(String template, String... parameters) throws Exception {
        return new ChannelKit(folder, Map.of("service", service.url()), ChannelKit.channel(template, parameters));
    }

    private ChannelKit linked(String template, String... parameters) throws Exception {
        return ChannelKit.linked(folder, Map.of("service", service.url()), ChannelKit.channel(template, parameters));
    }

    private static Delivery two(String address) {
        return Messages.of(
                MessageKind.FIRING,
                address,
                null,
                List.of(
                        Messages.incident(7, "acme/7 is silent", Map.of()),
                        Messages.incident(8, "acme/8 is silent", Map.of())));
    }

    @Test
    void aCardOfTeamsSaysOfWhichIncidentEachButtonIs() throws Exception {
        try (ChannelKit channel = linked("channel-teams", "webhookUrl={{service}}/w")) {
            channel.send(two(""));
            assertThat(service.last()
                            .json()
                            .at("/attachments/0/content/actions")
                            .findValuesAsText("title"))
                    .containsExactly(
                            "#7 Details",
                            "#8 Details",
                            "#7 Acknowledge",
                            "#8 Acknowledge",
                            "#7 Silence for 1 h",
                            "#7 Silence until next business day");
            channel.send(Messages.firing(""));
            assertThat(service.last()
                            .json()
                            .at("/attachments/0/content/actions")
                            .findValuesAsText("title"))
                    .startsWith("Details", "Acknowledge");
        }
    }

    @Test
    void thePlainFormForTeamsIsEscaped() throws Exception {
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/w", "template=none.json.ftl")) {
            channel.send(Messages.nasty(""));
            assertThat(service.last()
                            .json()
                            .at("/attachments/0/content/body/0/text")
                            .asText())
                    .contains("5 \\< 6 & 7 \\> \"4\"", "\\*bold\\*");
        }
    }

    @Test
    void theLogHasNoLinksForItActsForWhoeverReadsIt() throws Exception {
        String log = Files.readString(ChannelKit.SHIPPED.resolve("log.camel.yaml"))
                .replaceAll("- log: .*", "- to: mock:log");
        try (ChannelKit channel = ChannelKit.linked(
                folder, Map.of(), log.replace("alerts-log", "own-log").replace("alert:log", "alert:own"))) {
            channel.send(Messages.firing(""));
            assertThat(channel.said("mock:log"))
                    .contains("Critical: acme/1 is silent", "#1 acme/1 is silent")
                    .doesNotContain("caravan.example.org");
        }
    }

    @Test
    void teamsIsSentAnAdaptiveCardOfAtMost20Kilobytes() throws Exception {
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/workflow?sig=1")) {
            channel.send(Messages.nasty(""));
            JsonNode card = service.last().json().at("/attachments/0/content");
            assertThat(service.last().uri()).isEqualTo("/workflow?sig=1");
            assertThat(card.at("/type").asText()).isEqualTo("AdaptiveCard");
            assertThat(card.at("/version").asText()).isEqualTo("1.2");
            assertThat(card.at("/body/0/text").asText()).contains("5 \\< 6 & 7 \\> \"4\"", "\\*bold\\*", "🚚");
            assertThat(card.at("/body/2/facts/0/title").asText()).isEqualTo("Since");
            channel.send(Messages.huge(""));
        }
        assertThat(service.last().body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(20_000);
        assertThat(service.last().json().at("/attachments/0/content/body").size())
                .isGreaterThan(2);
    }

    @Test
    void discordIsSentEmbedsAndItsMessageIsChangedInPlace() throws Exception {
        service.answers(200, "{\"id\": \"77\"}").answers(200, "{}").answers(200, "{\"id\": \"78\"}");
        try (ChannelKit channel = channel("channel-discord", "webhookUrl={{service}}/api/webhooks/1/t")) {
            assertThat(channel.send(Messages.huge(""))).contains("77");
            assertThat(service.last().uri()).isEqualTo("/api/webhooks/1/t?wait=true");
            assertThatDiscordTakes(service.last().json());

            assertThat(channel.send(Messages.later(MessageKind.UPDATE, "", "77")))
                    .isEmpty();
            assertThat(service.last().method() + service.last().uri()).isEqualTo("PATCH/api/webhooks/1/t/messages/77");
            assertThat(service.requests()).hasSize(2);
        }
    }

    private static void assertThatDiscordTakes(JsonNode message) {
        assertThat(message.at("/content").asText()).hasSizeLessThanOrEqualTo(2_000);
        assertThat(message.at("/allowed_mentions/parse").size()).isZero();
        int all = 0;
        for (JsonNode embed : message.at("/embeds")) {
            assertThat(embed.at("/title").asText()).hasSizeBetween(1, 256);
            assertThat(embed.at("/description").asText()).hasSizeBetween(1, 4_096);
            all += embed.at("/title").asText().length()
                    + embed.at("/description").asText().length();
        }
        assertThat(message.at("/embeds").size()).isBetween(1, 10);
        assertThat(all).isLessThanOrEqualTo(6_000);
    }

    @Test
    void discordSaysInItsBodyHowLongToWait() throws Exception {
        service.answers(429, "{\"message\": \"You are being rate limited.\", \"retry_after\": 64.57}");
        try (ChannelKit channel = channel("channel-discord", "webhookUrl={{service}}/w")) {
            SendFailedException refusal = channel.refusal(Messages.firing(""));
            assertThat(refusal.isPermanent()).isFalse();
            assertThat(refusal.retryAfter()).contains(Duration.ofMillis(64_570));
        }
    }

    @Test
    void aWebhookOfDiscordThatWasRemovedIsGone() throws Exception {
        service.answers(404, "{\"message\": \"Unknown Webhook\", \"code\": 10015}");
        try (ChannelKit channel = channel("channel-discord", "webhookUrl={{service}}/w")) {
            assertThat(channel.refusal(Messages.firing("")).kind()).isEqualTo(SendFailedException.Kind.GONE);
        }
    }

    @Test
    void whatIsTooLongIsSentWithLessAndAtLastInThePlainForm() throws Exception {
        service.answers(413, "Payload Too Large").answers(413, "Payload Too Large");
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/w")) {
            channel.send(Messages.huge(""));
        }
        List<Integer> lengths = service.requests().stream()
                .map(request -> request.body().length())
                .toList();
        assertThat(lengths).hasSize(3).isSortedAccordingTo((one, other) -> other - one);
        assertThat(service.last().body()).contains("CRITICAL: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            channel-telegram      | botToken=1:t,apiUrl={{service}} | 400 | {"ok":false,"description":"Bad Request: can't parse entities: Unsupported start tag"}
            channel-discord       | webhookUrl={{service}}/w        | 400 | {"message":"Invalid Form Body","code":50035}
            channel-slack-webhook | webhookUrl={{service}}/w        | 400 | invalid_blocks
            channel-slack-bot     | botToken=1:t,apiUrl={{service}} | 200 | {"ok":false,"error":"invalid_blocks"}
            channel-teams         | webhookUrl={{service}}/w        | 400 | {"error":{"code":"InvalidTemplate"}}
            """, quoteCharacter = '`')
    void whatTheServiceDoesNotUnderstandIsSentInThePlainFormAndReported(
            String template, String parameters, int status, String answer) throws Exception {
        service.answers(status, answer);
        service.behaves(request -> Sink.Answer.of(200, request.uri().equals("/w") ? "ok" : "{\"ok\": true}"));
        try (ChannelKit channel = channel(template, parameters.split(",", -1))) {
            channel.send(Messages.huge("C1"));
            assertThat(channel.brokenTexts).singleElement().asString().contains(".ftl: the service answered " + status);
        }
        assertThat(service.requests()).hasSize(2);
        assertThat(service.last().body()).contains("CRITICAL: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            channel-twilio        | accountSid=AC1,authToken=t,sender=+1555,apiUrl={{service}} | {"code":21211,"message":"The 'To' number +316 is not a valid phone number.","status":400}
            channel-twilio        | accountSid=AC1,authToken=t,sender=+1555,apiUrl={{service}} | {"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}
            channel-telegram      | botToken=1:t,apiUrl={{service}}      | {"ok":false,"description":"Bad Request: message thread not found"}
            channel-telegram      | botToken=1:t,apiUrl={{service}}      | {"ok":false,"description":"Bad Request: not enough rights to send text messages to the chat"}
            channel-discord       | webhookUrl={{service}}/w             | {"message":"Webhooks posted to forum channels must have a thread_name or thread_id","code":220001}
            channel-mattermost    | webhookUrl={{service}}/w             | {"message":"Couldn't find the channel."}
            channel-slack-webhook | webhookUrl={{service}}/w             | user_not_found
            channel-pagerduty     | routingKey=k,eventsUrl={{service}}/w | {"status":"invalid event","message":"Event object is invalid","errors":["Length of 'routing_key' is incorrect (should be 32 characters)"]}
            channel-teams         | webhookUrl={{service}}/w             | {"error":{"code":"WorkflowTriggerIsNotEnabled","message":"Could not execute workflow"}}
            """, quoteCharacter = '`')
    void aWrongAddressIsNoMistakeOfTheTextAndIsNotAskedAgain(String template, String parameters, String answer)
            throws Exception {
        service.behaves(request -> Sink.Answer.of(400, answer));
        try (ChannelKit channel = channel(template, parameters.split(",", -1))) {
            SendFailedException refusal = channel.refusal(Messages.firing("+316"));
            assertThat(refusal.kind()).isEqualTo(SendFailedException.Kind.PERMANENT);
            assertThat(channel.brokenTexts).isEmpty();
        }
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void aGroupOfTelegramThatHasBecomeASupergroupHasMoved() throws Exception {
        service.answers(
                400,
                "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was upgraded to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-1001234567890}}");
        try (ChannelKit channel = channel("channel-telegram", "botToken=1:t", "apiUrl={{service}}")) {
            assertThat(channel.refusal(Messages.firing("-1234")).movedTo()).contains("-1001234567890");
        }
    }

    @Test
    void aHeartbeatAsksAnAddress() throws Exception {
        try (ChannelKit channel = channel("channel-heartbeat", "pingUrl={{service}}/ping/1")) {
            channel.send(Messages.heartbeat());
        }
        assertThat(service.only().method() + service.only().uri()).isEqualTo("POST/ping/1");
        assertThat(service.only().body()).isEqualTo("Caravan is alive at 2026-03-02T10:05:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alertmanager.json.ftl", "plain/alertmanager.json.ftl"})
    void anAlertmanagerIsToldOfAllThatBeganAndAllThatEnded(String template) throws Exception {
        List<Incident> firing = IntStream.range(0, 50)
                .mapToObj(i -> Messages.incident(i, "acme/" + i + " is silent", Map.of()))
                .toList();
        List<Incident> ended = IntStream.range(50, 90)
                .mapToObj(i -> Messages.over(Messages.incident(i, "acme/" + i + " was silent", Map.of())))
                .toList();
        try (ChannelKit channel =
                channel("channel-alertmanager", "alertmanagerUrl={{service}}", "template=" + template)) {
            channel.send(Messages.of(MessageKind.FIRING, "", null, firing, ended));
        }
        JsonNode told = service.only().json();
        assertThat(told).hasSize(90);
        assertThat(told.findValuesAsText("endsAt"))
                .filteredOn(Messages.NOW.toString()::equals)
                .hasSize(40);
        assertThat(told.findValuesAsText("incident")).doesNotHaveDuplicates();
    }

    @Test
    void aHeartbeatIsAnAlertThatIsAlwaysThere() throws Exception {
        try (ChannelKit channel = channel("channel-alertmanager", "alertmanagerUrl={{service}}")) {
            channel.send(Messages.heartbeat());
        }
        assertThat(service.only().json().at("/0/labels/alertname").asText()).isEqualTo("Watchdog");
        assertThat(service.only().json().at("/0/endsAt").asText()).isEqualTo("2026-03-02T10:08:00Z");
    }

    @Test
    void thePaceOfAChannelIsThatOfItsService() throws Exception {
        try (ChannelKit channel = channel("channel-telegram", "botToken=1:t", "apiUrl={{service}}")) {
            assertThat(channel.channel("own").pace()).isEqualTo(new Pace(Duration.ofSeconds(3), true));
        }
    }

    @Test
    void mattermostIsSentMarkdownForTheRoomOfTheReceiver() throws Exception {
        try (ChannelKit channel = channel("channel-mattermost", "webhookUrl={{service}}/hooks/k")) {
            channel.send(Messages.nasty("town-square"));
            assertThat(service.last().json().at("/channel").asText()).isEqualTo("town-square");
            assertThat(service.last().json().at("/text").asText())
                    .contains("#### 🔴 Critical", "\\*bold\\*", "@\u200Bchannel")
                    .doesNotContain("@channel");
            channel.send(Messages.huge(""));
        }
        assertThat(service.last().json().at("/text").asText()).hasSizeLessThanOrEqualTo(16_383);
    }

    @Test
    void googleChatThreadsWhatBelongsTogether() throws Exception {
        try (ChannelKit channel =
                channel("channel-google-chat", "webhookUrl={{service}}/v1/spaces/S/messages?key=k&token=t")) {
            Delivery first = Messages.firing("");
            String thread = channel.send(first).orElseThrow();
            assertThat(thread).isEqualTo(first.id().toString());
            assertThat(service.last().uri())
                    .isEqualTo(
                            "/v1/spaces/S/messages?key=k&token=t&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
            assertThat(service.last().method()).isEqualTo("POST");
            channel.send(Messages.later(MessageKind.RESOLVED, "", "earlier"));
            assertThat(service.last().json().at("/thread/threadKey").asText()).isEqualTo("earlier");
            channel.send(Messages.nasty(""));
            assertThat(service.last().body()).contains("5 &lt; 6 &amp; 7 &gt;");
            channel.send(Messages.huge(""));
        }
        assertThat(service.last().body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(32_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "channel-telegram | botToken=12:ab | apiUrl={{service}} | callback_data",
                "channel-slack-webhook | webhookUrl={{service}} | a=b | value"
            })
    void expectedIsAButtonWhereTheRouteOffersIt(String template, String one, String other, String field)
            throws Exception {
        service.answers(200, template.contains("slack") ? "ok" : "{\"ok\": true, \"result\": {\"message_id\": 78}}")
                .answers(200, template.contains("slack") ? "ok" : "{\"ok\": true, \"result\": {\"message_id\": 79}}");
        String[] parameters = other.equals("a=b")
                ? new String[] {one, "buttons=answers"}
                : new String[] {one, other, "buttons=answers"};
        try (ChannelKit channel = channel(template, parameters)) {
            channel.send(Messages.of(MessageKind.FIRING, "-100", null, List.of(Messages.expectable(1))));
            assertThat(service.last().json().findValuesAsText(field))
                    .containsExactly("acknowledge:1", "silence-hour:1", "silence-workday:1", "expect:1", "resolve:1");
            assertThat(service.last().body()).contains("Expected until next business day");
            channel.send(Messages.of(
                    MessageKind.FIRING, "-100", null, List.of(Messages.incident(2, "a failed run", Map.of()))));
            assertThat(service.last().body()).doesNotContain("Expected");
        }
    }

    @Test
    void expectedIsALinkWhereThereAreNoButtons() throws Exception {
        service.answers(200, "{\"id\": \"77\"}");
        try (ChannelKit channel = linked("channel-discord", "webhookUrl={{service}}/api/webhooks/1/x")) {
            channel.send(Messages.of(MessageKind.FIRING, "", null, List.of(Messages.expectable(1))));
        }
        assertThat(service.last().body())
                .contains("[Expected until next business day](https://caravan.example.org/answer/");
    }

    @Test
    void telegramIsSentEscapedHtmlOfAtMost4096Characters() throws Exception {
        service.answers(200, "{\"ok\": true, \"result\": {\"message_id\": 78}}")
                .answers(200, "{\"ok\": true, \"result\": {\"message_id\": 79}}");
        try (ChannelKit channel = channel("channel-telegram", "botToken=12:ab", "apiUrl={{service}}")) {
            assertThat(channel.send(Messages.nasty("-100/4"))).contains("78");
            JsonNode message = service.last().json();
            assertThat(service.last().uri()).isEqualTo("/bot12:ab/sendMessage");
            assertThat(message.at("/chat_id").asText()).isEqualTo("-100");
            assertThat(message.at("/message_thread_id").asInt()).isEqualTo(4);
            assertThat(message.at("/parse_mode").asText()).isEqualTo("HTML");
            assertThat(message.at("/text").asText())
                    .contains("<b>#1 5 &lt; 6 &amp; 7 &gt; &quot;4&quot;", "*bold*", "🚚 é\nnew line");
            channel.send(Messages.huge("-100"));
            assertThat(service.last().json().at("/text").asText()).hasSizeLessThanOrEqualTo(4_096);
        }
    }

    @Test
    void telegramsMessageIsChangedAndARecoveryAnswersIt() throws Exception {
        service.answers(200, "{\"ok\": true, \"result\": {\"message_id\": 78}}")
                .answers(200, "{\"ok\": true, \"result\": {\"message_id\": 79}}");
        try (ChannelKit channel = channel("channel-telegram", "botToken=12:ab", "apiUrl={{service}}")) {
            assertThat(channel.send(Messages.later(MessageKind.RESOLVED, "-100", "78")))
                    .isEmpty();
        }
        assertThat(service.requests())
                .extracting(Sink.Request::uri)
                .containsExactly("/bot12:ab/editMessageText", "/bot12:ab/sendMessage");
        assertThat(service.requests().get(0).json().at("/message_id").asInt()).isEqualTo(78);
        assertThat(service.last().json().at("/reply_parameters/message_id").asInt())
                .isEqualTo(78);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE   | Bad Request: message is not modified: specified new message content is the same | editMessageText
            RESOLVED | Bad Request: message is not modified: specified new message content is the same | editMessageText sendMessage
            UPDATE   | Bad Request: message to edit not found                                          | editMessageText sendMessage
            UPDATE   | Bad Request: message can't be edited                                            | editMessageText sendMessage
            """)
    void telegramIsToldAnewOnlyWhatItDoesNotShowAlready(MessageKind kind, String refusal, String requests)
            throws Exception {
        service.answers(400, "{\"ok\": false, \"error_code\": 400, \"description\": \"" + refusal + "\"}")
                .answers(200, "{\"ok\": true, \"result\": {\"message_id\": 79}}");
        try (ChannelKit channel = channel("channel-telegram", "botToken=12:ab", "apiUrl={{service}}")) {
            Optional<String> thread = channel.send(Messages.later(kind, "-100", "78"));
            assertThat(thread).isEqualTo(refusal.contains("not modified") ? Optional.empty() : Optional.of("79"));
        }
        assertThat(service.requests())
                .extracting(request -> request.uri().replace("/bot12:ab/", ""))
                .containsExactly(requests.split(" "));
    }

    @Test
    void aMessageOfDiscordThatSomebodyHasDeletedIsPostedAnew() throws Exception {
        service.answers(404, "{\"message\": \"Unknown Message\", \"code\": 10008}")
                .answers(200, "{\"id\": \"78\"}");
        try (ChannelKit channel = channel("channel-discord", "webhookUrl={{service}}/w")) {
            assertThat(channel.send(Messages.later(MessageKind.UPDATE, "", "77")))
                    .contains("78");
        }
        assertThat(service.requests())
                .extracting(request -> request.method() + request.uri())
                .containsExactly("PATCH/w/messages/77", "POST/w?wait=true");
    }

    @Test
    void telegramSaysInItsBodyHowLongToWaitAndWhoHasBlockedTheBot() throws Exception {
        service.answers(429, "{\"ok\":false,\"description\":\"Too Many Requests\",\"parameters\":{\"retry_after\":7}}")
                .answers(403, "{\"ok\":false,\"description\":\"Forbidden: bot was blocked by the user\"}");
        try (ChannelKit channel = channel("channel-telegram", "botToken=12:ab", "apiUrl={{service}}")) {
            SendFailedException busy = channel.refusal(Messages.firing("1"));
            assertThat(busy.retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(busy.isPermanent()).isFalse();
            SendFailedException blocked = channel.refusal(Messages.firing("1"));
            assertThat(blocked.isPermanent()).isTrue();
            assertThat(blocked).hasMessageContaining("blocked").hasMessageNotContaining("12:ab");
        }
    }

    @Test
    void pagerDutyTriggersAndResolvesByOneKey() throws Exception {
        service.answers(202, "{\"status\": \"success\"}").answers(202, "{\"status\": \"success\"}");
        try (ChannelKit channel = channel(
                "channel-pagerduty",
                "routingKey=0123456789abcdef0123456789abcdef",
                "eventsUrl={{service}}/v2/enqueue")) {
            String key = channel.send(Messages.huge("")).orElseThrow();
            JsonNode event = service.last().json();
            assertThat(event.at("/routing_key").asText()).hasSize(32);
            assertThat(event.at("/event_action").asText()).isEqualTo("trigger");
            assertThat(event.at("/dedup_key").asText()).isEqualTo(key).hasSizeLessThanOrEqualTo(255);
            assertThat(event.at("/payload/summary").asText()).hasSizeBetween(1, 1_024);
            assertThat(event.at("/payload/source").asText()).isEqualTo("acme");
            assertThat(event.at("/payload/severity").asText()).isEqualTo("critical");
            assertThat(service.last().body().length()).isLessThan(512_000);

            channel.send(Messages.later(MessageKind.RESOLVED, "", key));
            assertThat(service.last().json().at("/event_action").asText()).isEqualTo("resolve");
            assertThat(service.last().json().at("/dedup_key").asText()).isEqualTo(key);
        }
    }

    @Test
    void alertmanagerIsToldWhenAnAlertEnds() throws Exception {
        try (ChannelKit channel = channel("channel-alertmanager", "alertmanagerUrl={{service}}")) {
            channel.send(Messages.nasty(""));
            JsonNode alert = service.last().json().get(0);
            assertThat(service.last().uri()).isEqualTo("/api/v2/alerts");
            assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Caravan");
            assertThat(alert.at("/labels/severity").asText()).isEqualTo("critical");
            assertThat(alert.at("/labels/provider").asText()).isEqualTo("acme");
            assertThat(alert.at("/annotations/summary").asText()).isEqualTo(Messages.NASTY);
            assertThat(alert.at("/endsAt").asText()).isEqualTo("2026-03-09T10:05:00Z");
            channel.send(Messages.later(MessageKind.RESOLVED, "", null));
            assertThat(service.last().json().get(0).at("/endsAt").asText()).isEqualTo("2026-03-02T10:05:00Z");
        }
    }

    @Test
    void twilioIsSentAForm() throws Exception {
        service.answers(201, "{\"sid\": \"SM1\"}").answers(201, "{\"sid\": \"SM2\"}");
        try (ChannelKit channel = twilio()) {
            channel.send(Messages.nasty("whatsapp:+316"));
            assertThat(service.last().uri()).isEqualTo("/2010-04-01/Accounts/AC1/Messages.json");
            assertThat(service.last().header("Authorization"))
                    .isEqualTo("Basic "
                            + Base64.getEncoder().encodeToString("AC1:a+b%c".getBytes(StandardCharsets.UTF_8)));
            assertThat(field("From")).isEqualTo("+1555");
            assertThat(field("To")).isEqualTo("whatsapp:+316");
            assertThat(field("Body"))
                    .startsWith("🔴 Critical: 5 < 6 & 7 >")
                    .contains("🚚", "\nAcknowledge #1: https://caravan.example.org/answer/");
            channel.send(Messages.huge("whatsapp:+316"));
            assertThat(field("Body")).hasSizeBetween(200, 1_600);
        }
    }

    private ChannelKit twilio(String... more) throws Exception {
        return linked(
                "channel-twilio",
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(
                                        "accountSid=AC1", "authToken=a+b%c", "sender=+1555", "apiUrl={{service}}"),
                                java.util.stream.Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void aTextMessageHasNoIconAndOneLinkAndThreePartsAtMost() throws Exception {
        service.answers(201, "{\"sid\": \"SM1\"}").answers(201, "{\"sid\": \"SM2\"}");
        try (ChannelKit channel = twilio()) {
            channel.send(two("+316"));
            String link = "\nAcknowledge #7: https://caravan.example.org/answer/[\\w-]{66}";
            assertThat(field("Body"))
                    .matches("(?s)Critical: acme/7 is silent.*\n#7 since .*\n#8 since .*" + link)
                    .hasSizeLessThan(306);
            channel.send(Messages.huge("+316"));
            // UCS-2, as there is a lorry in it: 67 units a part
            assertThat(field("Body"))
                    .matches("(?s)Critical: Silent & <lost> x.*\\.\\.\\." + link.replace("#7", "#1"))
                    .hasSizeBetween(190, 201);
        }
    }

    @Test
    void aTextMessageSaysWhoHasAcknowledged_andLinksToThePage() throws Exception {
        service.answers(201, "{\"sid\": \"SM1\"}");
        Incident incident = Messages.acknowledged(
                Messages.incident(7, "acme/7 is silent", Map.of("action", "Call acme")), "ada by slack");
        try (ChannelKit channel = twilio()) {
            channel.send(Messages.of(MessageKind.UPDATE, "+316", null, List.of(incident)));
        }
        assertThat(field("Body"))
                .startsWith("Critical, changed: acme/7 is silent\n#7 since ")
                .contains(". Acknowledged by ada by slack\nDetails #7: https://")
                .doesNotContain("Call acme");
    }

    @Test
    void whatsAppIsSentAnApprovedTemplate() throws Exception {
        service.answers(201, "{\"sid\": \"SM1\"}");
        try (ChannelKit channel = twilio("contentSid=HX1", "contentVariables=head, summary, link")) {
            channel.send(Messages.nasty("whatsapp:+316"));
        }
        assertThat(field("ContentSid")).isEqualTo("HX1");
        JsonNode variables = new com.fasterxml.jackson.databind.ObjectMapper().readTree(field("ContentVariables"));
        assertThat(variables.at("/1").asText()).isEqualTo("Critical");
        assertThat(variables.at("/2").asText()).startsWith("5 < 6 & 7 > \"4\"").endsWith("🚚 é new line");
        assertThat(variables.at("/3").asText()).startsWith("https://caravan.example.org/answer/");
        assertThat(service.only().body()).doesNotContain("Body=");
    }

    @Test
    void whatsAppTakesNoEmptyVariable_andAMessagingServiceSends() throws Exception {
        service.answers(201, "{\"sid\": \"SM1\"}");
        String messaging = "MG0123456789abcdef0123456789abcdef";
        try (ChannelKit channel = channel(
                "channel-twilio",
                "accountSid=AC1",
                "authToken=t",
                "sender=" + messaging,
                "contentSid=HX1",
                "apiUrl={{service}}")) {
            channel.send(Messages.firing("whatsapp:+316"));
        }
        assertThat(field("MessagingServiceSid")).isEqualTo(messaging);
        assertThat(service.only().body()).doesNotContain("From=");
        JsonNode variables = Json.tree(field("ContentVariables"));
        assertThat(variables.at("/3").asText()).isEqualTo("Monday 2 March 2026 11:00:00 CET");
        assertThat(variables.at("/4").asText())
                .as("no link, as caravan.url isn't set")
                .isEqualTo("-");
    }

    private String field(String name) {
        return java.util.Arrays.stream(service.last().body().split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aWebhookIsSignedSoThatItsReceiverCanTell() throws Exception {
        String secret = "whsec_"
                + Base64.getEncoder().encodeToString("24 bytes of a secret key".getBytes(StandardCharsets.UTF_8));
        try (ChannelKit channel =
                channel("channel-webhook", "webhookUrl={{service}}/hook", "signingSecret=" + secret)) {
            Delivery delivery = Messages.nasty("");
            channel.send(delivery);
            Sink.Request request = service.only();
            assertThat(request.header("webhook-id"))
                    .isEqualTo(delivery.id().toString())
                    .isEqualTo(request.header("Idempotency-Key"));
            assertThat(request.header("webhook-timestamp")).isEqualTo(String.valueOf(Messages.NOW.getEpochSecond()));
            assertThat(request.header("webhook-signature"))
                    .isEqualTo(WebhookSignature.of(secret, delivery.id().toString(), Messages.NOW, request.body()));
            assertThat(request.json().at("/incidents/0/summary").asText()).isEqualTo(Messages.NASTY);
        }
    }

    /** The example of standardwebhooks.com's libraries. */
    @Test
    void theSignatureIsThatOfStandardWebhooks() {
        assertThat(WebhookSignature.of(
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        java.time.Instant.ofEpochSecond(1614265330),
                        "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aServiceThatFailsOrIsCutOffIsTriedAgain() throws Exception {
        service.answers(500, "oops").answers(Sink.Answer.of(200, "o").cutShort());
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/secret")) {
            SendFailedException broken = channel.refusal(Messages.firing(""));
            assertThat(broken.isPermanent()).isFalse();
            assertThat(broken).hasMessage("the service answered 500: oops");
            SendFailedException cut = channel.refusal(Messages.firing(""));
            assertThat(cut.isPermanent()).isFalse();
            assertThat(cut).hasMessageNotContaining("secret");
        }
    }

    @Test
    void aBrokenTemplateIsReportedAndTheMessageGoesInThePlainForm() throws Exception {
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/w", "template=mine.json.ftl")) {
            Files.writeString(channel.folder().resolve("mine.json.ftl"), "{\"text\": \"${nothing}\"}");
            channel.send(Messages.nasty(""));
            assertThat(channel.brokenTexts).singleElement().asString().contains("mine.json.ftl", "nothing");
        }
        assertThat(service.last()
                        .json()
                        .at("/attachments/0/content/body/0/text")
                        .asText())
                .startsWith("CRITICAL: 5 \\< 6 & 7 \\>")
                .endsWith("since Monday 2 March 2026 11:00:00 CET \\#1");
    }

    @Test
    void aTemplateThatMakesNoJsonIsBroken() throws Exception {
        try (ChannelKit channel = channel("channel-mattermost", "webhookUrl={{service}}/w", "template=mine.json.ftl")) {
            Files.writeString(channel.folder().resolve("mine.json.ftl"), "{\"text\": \"x\",}");
            channel.send(Messages.firing(""));
            assertThat(channel.brokenTexts).singleElement().asString().contains("no JSON");
        }
        assertThat(service.last().json().at("/text").asText()).startsWith("CRITICAL: acme/1 is silent");
    }

    @Test
    void aChannelOfAnEditedRouteTemplateSendsAsItSaysNow() throws Exception {
        try (ChannelKit channel = channel("channel-teams", "webhookUrl={{service}}/w")) {
            Path teams = channel.folder().resolve("teams.camel.yaml");
            Files.writeString(teams, Files.readString(teams).replace("{{webhookUrl}}", "{{webhookUrl}}/changed"));
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
                channel.send(Messages.firing(""));
                assertThat(service.last().uri()).isEqualTo("/w/changed");
            });
        }
    }

    @Test
    void everyShippedChannelIsValid() {
        List<io.caravan.routes.Problem> problems = new io.caravan.routes.RouteValidator(
                        io.caravan.routes.RouteValidator.Project.in(Path.of("."), Map.of()))
                .validate(listed());
        assertThat(problems).isEmpty();
    }

    private static List<Path> listed() {
        try (java.util.stream.Stream<Path> files = Files.list(Path.of("./routes/channels"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
