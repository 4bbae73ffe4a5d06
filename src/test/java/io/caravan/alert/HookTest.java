package io.caravan.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.HookAnswer;
import io.caravan.alert.answer.HookRequest;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteLoader;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people press in Slack and Telegram, as these services send it, through the shipped routes. */
@ExtendWith(PostgresExtension.class)
class HookTest {
    private static final String SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final HandClock clock = new HandClock(Messages.NOW);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private AlertComponent alerts;
    private Incidents incidents;
    private RouteLoader loader;
    private Sink service;

    HookTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        service = new Sink().answers(200, "{\"ok\": true}");
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (String file : List.of("slack.camel.yaml", "telegram.camel.yaml")) {
            Files.copy(Path.of("routes/channels", file), routes.resolve(file));
        }
        Files.writeString(routes.resolve("own.camel.yaml"), """
                - templatedRoute:
                    routeTemplateRef: answers-slack
                    routeId: from-slack
                    parameters: [{name: signingSecret, value: "{{slack.signing}}"}]
                - templatedRoute:
                    routeTemplateRef: answers-telegram
                    routeId: from-telegram
                    parameters:
                      - {name: botToken, value: "123:abc"}
                      - {name: secretToken, value: "{{telegram.secret}}"}
                      - {name: apiUrl, value: "{{telegram.api}}"}
                """);
        Files.writeString(folder.resolve("alerts.yaml"), """
                receivers: {ops: {}}
                people:
                  ada: {channels: [{mail: ada@example.com}], ids: {slack: U02ADA, telegram: "4711"}}
                  guest: {channels: [{mail: guest@example.com}], ids: {slack: U02GUEST}, may: [acknowledge]}
                route: {to: ops}
                """);
        Properties secrets = new Properties();
        secrets.putAll(
                Map.of("slack.signing", SECRET, "telegram.secret", "told-to-telegram", "telegram.api", service.url()));
        context.getPropertiesComponent().setInitialProperties(secrets);
        context.getRegistry().bind("clock", Clock.class, clock);
        context.getRegistry().bind("database", database);
        alerts = new AlertComponent();
        alerts.setFile(folder.resolve("alerts.yaml").toString());
        context.addComponent("alert", alerts);
        context.start();
        loader = new RouteLoader(context, List.of(routes), Clock.systemUTC());
        loader.start();
        assertThat(loader.statuses()).allMatch(RouteFileStatus::isLoaded);
        incidents = alerts.node().incidents();
    }

    @AfterEach
    void stop() {
        loader.close();
        context.stop();
        service.close();
    }

    @Test
    void whoPressesInSlackAcknowledges_andTheMessageSaysSo() throws Exception {
        Incident incident = raise("slack/1");
        HookAnswer answer = slack(pressed("acknowledge", incident, "U02ADA"), seconds(), SECRET);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(state(incident)).isEqualTo(IncidentState.ACKNOWLEDGED);
        assertThat(incidents.history(incident)).last().asString().contains("acknowledged by ada by slack");
        JsonNode changed = JSON.readTree(told().body());
        assertThat(changed.path("replace_original").asBoolean()).isTrue();
        assertThat(changed.at("/blocks/1/elements").findValuesAsText("action_id"))
                .containsExactly("resolve");
        assertThat(changed.at("/blocks/2/elements/0/text").asText()).contains("✅ Incident", "is acknowledged");
    }

    @Test
    void aBlockWithoutButtonsIsLeftOut() throws Exception {
        Incident incident = raise("slack/only");
        ObjectNode payload = (ObjectNode) JSON.readTree(pressed("acknowledge", incident, "U02ADA"));
        ArrayNode buttons = (ArrayNode) payload.at("/message/blocks/1/elements");
        while (buttons.size() > 1) {
            buttons.remove(1);
        }
        slack(payload.toString(), seconds(), SECRET);

        JsonNode changed = JSON.readTree(told().body());
        assertThat(changed.path("blocks").findValuesAsText("type")).doesNotContain("actions");
    }

    @Test
    void aStrangerInSlackIsToldNo_andItIsNoted() throws Exception {
        Incident incident = raise("slack/2");
        assertThat(slack(pressed("resolve", incident, "U02EVE"), seconds(), SECRET)
                        .status())
                .isEqualTo(200);

        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
        assertThat(incidents.history(incident))
                .last()
                .asString()
                .contains("refused by stranger eve (U02EVE) by slack: resolve");
        JsonNode told = JSON.readTree(told().body());
        assertThat(told.path("response_type").asText()).isEqualTo("ephemeral");
        assertThat(told.path("replace_original").asBoolean(true)).isFalse();
        assertThat(told.path("text").asText()).contains("does not know you", "U02EVE");
    }

    @Test
    void whoMayOnlyAcknowledgeDoesNotResolve() throws Exception {
        Incident incident = raise("slack/3");
        slack(pressed("resolve", incident, "U02GUEST"), seconds(), SECRET);
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
        assertThat(incidents.history(incident)).last().asString().contains("refused by guest by slack: resolve");
    }

    @Test
    void whatSlackHasNotSignedOrSentLongAgoDoesNothing() throws Exception {
        Incident incident = raise("slack/4");
        String payload = pressed("resolve", incident, "U02ADA");

        assertThat(slack(payload, seconds(), "another secret").status()).isEqualTo(401);
        assertThat(slack(payload, String.valueOf(Messages.NOW.getEpochSecond() - 301), SECRET)
                        .status())
                .isEqualTo(401);
        HookRequest unsigned = new HookRequest("/hooks/slack", Map.of(), body(payload));
        assertThat(hook("slack", unsigned).status()).isEqualTo(401);
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void whoPressesInTelegramSilences_andTheMessageSaysSo() throws Exception {
        Incident incident = raise("telegram/1");
        HookAnswer answer = telegram("silence-hour:" + incident.number(), 4711, "told-to-telegram");

        JsonNode shown = JSON.readTree(answer.body());
        assertThat(shown.path("method").asText()).isEqualTo("answerCallbackQuery");
        assertThat(shown.path("text").asText()).contains("is silenced until");
        assertThat(shown.path("show_alert").asBoolean()).isFalse();
        assertThat(incidents.silencedUntil(incident)).contains(Messages.NOW.plusSeconds(3600));
        Sink.Request edited = told();
        assertThat(edited.uri()).isEqualTo("/bot123:abc/editMessageText");
        JsonNode edit = JSON.readTree(edited.body());
        assertThat(edit.path("text").asText()).startsWith("🔴 acme/1 is silent\n\n✅ Incident");
        assertThat(edit.at("/entities/0/type").asText()).isEqualTo("bold");
        assertThat(edit.at("/reply_markup/inline_keyboard")).hasSize(1);
    }

    @Test
    void aStrangerInTelegramIsToldNo_andWhatIsNotFromTelegramDoesNothing() throws Exception {
        Incident incident = raise("telegram/2");
        JsonNode shown = JSON.readTree(telegram("resolve:" + incident.number(), 666, "told-to-telegram")
                .body());
        assertThat(shown.path("show_alert").asBoolean()).isTrue();
        assertThat(shown.path("text").asText()).contains("does not know you").hasSizeLessThanOrEqualTo(200);

        assertThat(telegram("resolve:" + incident.number(), 4711, "guessed").status())
                .isEqualTo(401);
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void whoPressesExpectedInSlackEndsIt_andNoButtonIsLeft() throws Exception {
        heard();
        Incident incident = raise("slack/expected", Set.of(Act.EXPECT));
        slack(pressed("expect", incident, "U02ADA"), seconds(), SECRET);

        assertThat(state(incident)).isEqualTo(IncidentState.RESOLVED);
        assertThat(incidents.history(incident)).last().asString().contains("resolved by ada by slack: expected until");
        JsonNode changed = JSON.readTree(told().body());
        assertThat(changed.path("blocks").findValuesAsText("type")).doesNotContain("actions");
        assertThat(changed.at("/blocks/1/elements/0/text").asText()).contains("it is expected until");
    }

    @Test
    void whoPressesExpectedInTelegramEndsIt_unlessTheRouteOffersNoSuchThing() throws Exception {
        heard();
        Incident incident = raise("telegram/expected", Set.of(Act.EXPECT));
        Incident plain = raise("telegram/plain");
        JsonNode refused = JSON.readTree(
                telegram("expect:" + plain.number(), 4711, "told-to-telegram").body());
        assertThat(refused.path("show_alert").asBoolean()).isTrue();
        assertThat(state(plain)).isEqualTo(IncidentState.OPEN);

        telegram("expect:" + incident.number(), 4711, "told-to-telegram");
        assertThat(state(incident)).isEqualTo(IncidentState.RESOLVED);
        assertThat(JSON.readTree(told().body()).path("text").asText()).contains("it is expected until");
    }

    @Test
    void whatEndsASilenceIsNoButtonOfAChat() throws Exception {
        Incident incident = raise("slack/unsilence");
        assertThat(slack(pressed("unsilence", incident, "U02ADA"), seconds(), SECRET)
                        .status())
                .isEqualTo(200);
        assertThat(incidents.history(incident)).hasSize(1);
    }

    /** As though a route listened. */
    private void heard() {
        Query.of("""
                        insert into caravan.outbox_subscription (topic, route, wants, seen_at)
                        values ('alert', 'test', '{"kind": ["expected"]}', now()) on conflict do nothing""").on(database).update();
    }

    private HookAnswer slack(String payload, String seconds, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        String signature =
                "v0=" + HexFormat.of().formatHex(mac.doFinal(("v0:" + seconds + ":" + body(payload)).getBytes(UTF_8)));
        return hook(
                "slack",
                new HookRequest(
                        "/hooks/slack",
                        Map.of("x-slack-request-timestamp", seconds, "x-slack-signature", signature),
                        body(payload)));
    }

    private static String body(String payload) {
        return "payload=" + URLEncoder.encode(payload, UTF_8);
    }

    private static String seconds() {
        return String.valueOf(Messages.NOW.getEpochSecond());
    }

    private String pressed(String act, Incident incident, String user) {
        String name = user.substring(3).toLowerCase(java.util.Locale.ROOT);
        return """
                {"type": "block_actions", "user": {"id": "%s", "username": "%s"}, "response_url": "%s/actions/T1/1/x",
                 "actions": [{"action_id": "%s", "block_id": "incident-%d", "value": "%s:%d"}],
                 "message": {"text": "acme/1 is silent", "blocks": [
                   {"type": "section", "block_id": "x", "text": {"type": "mrkdwn", "text": "acme/1 is silent"}},
                   {"type": "actions", "block_id": "incident-%d", "elements": [
                     {"type": "button", "action_id": "acknowledge", "value": "acknowledge:1"},
                     {"type": "button", "action_id": "resolve", "value": "resolve:1"}]}]}}""".formatted(
                        user, name, service.url(), act, incident.number(), act, incident.number(), incident.number());
    }

    private HookAnswer telegram(String data, long user, String secret) {
        String update = """
                {"update_id": 1, "callback_query": {"id": "77", "from": {"id": %d, "first_name": "Eve"}, "data": "%s",
                 "message": {"message_id": 5, "chat": {"id": -100}, "text": "🔴 acme/1 is silent",
                  "entities": [{"type": "bold", "offset": 0, "length": 2}],
                  "reply_markup": {"inline_keyboard": [[{"text": "Silence", "callback_data": "%s"}], [{"text": "Resolve", "callback_data": "resolve:1000"}]]}}}}""".formatted(user, data, data);
        return hook(
                "telegram",
                new HookRequest("/hooks/telegram", Map.of("x-telegram-bot-api-secret-token", secret), update));
    }

    private HookAnswer hook(String name, HookRequest request) {
        return alerts.hooks().find(name).orElseThrow().receive(request);
    }

    /** What the service is told after it has been answered. */
    private Sink.Request told() {
        await().until(() -> !service.requests().isEmpty());
        return service.only();
    }

    private Incident raise(String key) {
        return raise(key, Set.of());
    }

    private Incident raise(String key, Set<Act> acts) {
        incidents.raise(List.of(new Signal(key, Severity.HIGH, Map.of(), key, "{}", clock.instant(), 1, acts)));
        return incidents.list(Map.of(), false, 100).stream()
                .filter(incident -> incident.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private IncidentState state(Incident incident) {
        return incidents.find(incident.number()).orElseThrow().state();
    }
}
