package io.caravan.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.alert.answer.HookRequest;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteLoader;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What Twilio and receivers of webhooks say of messages, through the shipped routes. */
@ExtendWith(PostgresExtension.class)
class ConfirmationTest {
    private static final String TOKEN = "12345";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Database database;
    private final HandClock clock = new HandClock(Messages.NOW);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private AlertComponent alerts;
    private RouteLoader loader;
    private Sink service;

    ConfirmationTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        for (String table : List.of("alert_delivery", "alert_line", "alert_group", "alert_incident")) {
            Query.of("delete from caravan." + table).on(database).update();
        }
        service = new Sink();
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (String file : List.of("twilio.camel.yaml", "webhook.camel.yaml")) {
            Files.copy(ChannelKit.SHIPPED.resolve(file), routes.resolve(file));
        }
        Files.writeString(routes.resolve("own.camel.yaml"), """
                - templatedRoute:
                    routeTemplateRef: channel-twilio
                    routeId: sms
                    parameters:
                      - {name: channel, value: sms}
                      - {name: accountSid, value: AC1}
                      - {name: authToken, value: "12345"}
                      - {name: sender, value: "+1555"}
                      - {name: apiUrl, value: "{{service}}"}
                - templatedRoute:
                    routeTemplateRef: confirmations-twilio
                    routeId: sms-confirmations
                    parameters: [{name: channel, value: sms}, {name: authToken, value: "12345"}]
                - templatedRoute:
                    routeTemplateRef: channel-webhook
                    routeId: partner
                    parameters:
                      - {name: channel, value: partner}
                      - {name: webhookUrl, value: "{{service}}/alerts"}
                      - {name: signingSecret, value: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
                - templatedRoute:
                    routeTemplateRef: confirmations-webhook
                    routeId: partner-confirmations
                    parameters: [{name: channel, value: partner}, {name: signingSecret, value: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}]
                """);
        Files.writeString(folder.resolve("alerts.yaml"), """
                receivers:
                  sms: {address: "+316", fallback: partner}
                  partner:
                route:
                  to: sms
                  routes: [{match: team=partner, to: partner}]
                """);
        Properties properties = new Properties();
        properties.putAll(Map.of("service", service.url()));
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("clock", Clock.class, clock);
        context.getRegistry().bind("database", database);
        alerts = new AlertComponent();
        alerts.setFile(folder.resolve("alerts.yaml").toString());
        alerts.setTemplates(ChannelKit.SHIPPED.toString());
        alerts.setUrl("https://caravan.example.org/");
        context.addComponent("alert", alerts);
        context.start();
        loader = new RouteLoader(context, List.of(routes), Clock.systemUTC());
        loader.start();
        assertThat(loader.statuses()).allMatch(RouteFileStatus::isLoaded);
        alerts.node().start();
    }

    @AfterEach
    void stop() {
        alerts.node().close();
        loader.close();
        context.stop();
        service.close();
    }

    @Test
    void twilioSaysThatAMessageIsDeliveredAndRead() throws Exception {
        String callback = field(raised("sms/1", ""), "StatusCallback");
        UUID id = newest("sms").id();
        assertThat(callback).isEqualTo("https://caravan.example.org/hooks/sms?id=" + id);

        assertThat(twilio(callback, "sent", TOKEN)).isEqualTo(200);
        assertThat(newest("sms").state()).isEqualTo(DeliveryState.SENT);
        assertThat(twilio(callback, "delivered", TOKEN)).isEqualTo(200);
        assertThat(newest("sms").state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(twilio(callback, "read", TOKEN)).isEqualTo(200);
        assertThat(newest("sms").state()).isEqualTo(DeliveryState.READ);
    }

    @Test
    void whatTwilioCanNotDeliverGoesToTheFallback() throws Exception {
        String callback = field(raised("sms/2", ""), "StatusCallback");
        assertThat(twilio(callback, "undelivered", TOKEN)).isEqualTo(200);
        assertThat(newest("sms").error()).contains("Twilio says that it is undelivered (error 30003)");
        await().until(() -> requests("/alerts", "sms/2").findAny().isPresent());
    }

    @Test
    void whatTwilioHasNotSignedDoesNothing_andOfOthersMessagesNothingIsSaid() throws Exception {
        String callback = field(raised("sms/3", ""), "StatusCallback");
        assertThat(twilio(callback, "delivered", "another token")).isEqualTo(401);
        assertThat(newest("sms").state()).isEqualTo(DeliveryState.SENT);
        String base = "https://caravan.example.org/hooks/sms";
        assertThat(twilio(base + "?id=" + UUID.randomUUID(), "delivered", TOKEN))
                .isEqualTo(404);
        assertThat(twilio(base + "?id=x", "failed", TOKEN)).isEqualTo(404);
        assertThat(twilio(base, "delivered", TOKEN)).isEqualTo(404);
        raised("partner/3", "partner");
        assertThat(twilio(base + "?id=" + newest("partner").id(), "delivered", TOKEN))
                .isEqualTo(404);
    }

    @Test
    void theReceiverOfAWebhookConfirms() throws Exception {
        Sink.Request request = raised("partner/1", "partner");
        String id = request.json().path("id").asText();
        assertThat(id).isEqualTo(request.header("webhook-id"));
        assertThat(request.json().path("confirm").asText()).isEqualTo("https://caravan.example.org/hooks/partner");

        assertThat(partner(id, "delivered", SECRET, 0)).isEqualTo(200);
        assertThat(newest("partner").state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(newest("partner").deliveredAt()).contains(Messages.NOW);
    }

    @Test
    void whatTheReceiverOfAWebhookHasNotSignedOrSignedLongAgoDoesNothing() throws Exception {
        String id = raised("partner/2", "partner").json().path("id").asText();
        assertThat(partner(id, "delivered", "whsec_AAAA", 0)).isEqualTo(401);
        assertThat(partner(id, "delivered", SECRET, 301)).isEqualTo(401);
        assertThat(partner(id, "eaten", SECRET, 0)).isEqualTo(400);
        assertThat(partner(UUID.randomUUID().toString(), "read", SECRET, 0)).isEqualTo(404);
        assertThat(newest("partner").state()).isEqualTo(DeliveryState.SENT);
    }

    /** The request that tells of a new incident, once it is noted as sent. */
    private Sink.Request raised(String key, String team) {
        alerts.node()
                .incidents()
                .raise(List.of(new Signal(
                        key,
                        Severity.CRITICAL,
                        Map.of("team", team, "provider", key, "severity", "critical"),
                        key,
                        "{}",
                        clock.instant(),
                        1)));
        String receiver = team.isEmpty() ? "sms" : team;
        await().until(() -> newest(receiver).state() == DeliveryState.SENT);
        return requests("/", key).findFirst().orElseThrow();
    }

    private Stream<Sink.Request> requests(String path, String key) {
        return service.requests().stream()
                .filter(request -> request.uri().startsWith(path))
                .filter(request -> URLDecoder.decode(request.body(), UTF_8).contains(key));
    }

    private DeliveryListRepository.Row newest(String receiver) {
        return new DeliveryListRepository(database)
                .newest(false, Optional.of(receiver), 1)
                .get(0);
    }

    private static String field(Sink.Request request, String name) {
        return Stream.of(request.body().split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), UTF_8))
                .findFirst()
                .orElseThrow();
    }

    /** As Twilio does: HMAC-SHA1 over the address and the fields in the order of their names. */
    private int twilio(String url, String status, String token) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(token.getBytes(UTF_8), "HmacSHA1"));
        String signed = url + "ErrorCode30003" + "MessageSidSM1" + "MessageStatus" + status;
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        return status(
                "sms",
                new HookRequest(
                        url,
                        Map.of("x-twilio-signature", signature),
                        "MessageSid=SM1&ErrorCode=30003&MessageStatus=" + status));
    }

    private int partner(String id, String status, String secret, int secondsAgo) {
        String body = "{\"id\": \"" + id + "\", \"status\": \"" + status + "\"}";
        Instant at = clock.instant().minusSeconds(secondsAgo);
        return status(
                "partner",
                new HookRequest(
                        "/hooks/partner",
                        Map.of(
                                "webhook-id",
                                "c1",
                                "webhook-timestamp",
                                String.valueOf(at.getEpochSecond()),
                                "webhook-signature",
                                "v1,old " + WebhookSignature.of(secret, "c1", at, body)),
                        body));
    }

    private int status(String hook, HookRequest request) {
        return alerts.hooks().find(hook).orElseThrow().receive(request).status();
    }
}
