package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.slack.api.model.Message;
import com.slack.api.model.block.ContextBlock;
import com.slack.api.model.block.HeaderBlock;
import com.slack.api.model.block.LayoutBlock;
import com.slack.api.model.block.SectionBlock;
import com.slack.api.util.json.GsonLayoutBlockFactory;
import com.slack.api.util.json.GsonTextObjectFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slack: its own Java model reads what we send. */
class SlackChannelTest {
    private static final String POSTED = "{\"ok\": true, \"channel\": \"C123\", \"ts\": \"1712.0001\"}";
    private static final Gson SLACKS = new com.google.gson.GsonBuilder()
            .setFieldNamingPolicy(com.google.gson.FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .registerTypeAdapter(LayoutBlock.class, new GsonLayoutBlockFactory(true))
            .registerTypeAdapter(
                    com.slack.api.model.block.composition.TextObject.class, new GsonTextObjectFactory(true))
            .registerTypeAdapter(
                    com.slack.api.model.block.ContextBlockElement.class,
                    new com.slack.api.util.json.GsonContextBlockElementFactory(true))
            .create();

    @TempDir
    Path folder;

    private Sink slack;

    @BeforeEach
    void start() throws Exception {
        slack = new Sink();
    }

    @AfterEach
    void stop() {
        slack.close();
    }

    private ChannelKit webhook() throws Exception {
        return new ChannelKit(
                folder,
                Map.of("slack.ops", slack.url() + "/services/T/B/secret"),
                ChannelKit.channel("channel-slack-webhook", "webhookUrl={{slack.ops}}"));
    }

    private ChannelKit bot() throws Exception {
        return new ChannelKit(
                folder,
                Map.of("slack.bot", "xoxb-1", "slack.api", slack.url()),
                ChannelKit.channel("channel-slack-bot", "botToken={{slack.bot}}", "apiUrl={{slack.api}}"));
    }

    @Test
    void aWebhookIsSentBlocks() throws Exception {
        try (ChannelKit channel = webhook()) {
            assertThat(channel.send(Messages.firing(""))).isEmpty();
        }
        Sink.Request request = slack.only();
        assertThat(request.method() + " " + request.uri()).isEqualTo("POST /services/T/B/secret");
        assertThat(request.header("Content-Type")).startsWith("application/json");
        assertThat(request.headers().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("caravan"));
        Message read = read(request);
        assertThat(read.getText()).isEqualTo("🔴 Critical: acme/1 is silent");
        assertThat(read.getBlocks())
                .extracting(LayoutBlock::getType)
                .containsExactly(HeaderBlock.TYPE, SectionBlock.TYPE, ContextBlock.TYPE);
        assertThat(section(read, 1)).contains("*#1* *acme/1 is silent*", "*Asset:* acme/1", "(5 min)");
    }

    @Test
    void whatControlsMrkdwnIsEscapedAndAllElseComesThrough() throws Exception {
        try (ChannelKit channel = webhook()) {
            channel.send(Messages.nasty(""));
        }
        assertThat(section(read(slack.only()), 1))
                .contains("5 &lt; 6 &amp; 7 &gt; \"4\"", "🚚 é\nnew line")
                .doesNotContain("<", ">");
    }

    @Test
    void twentyIncidentsWithLongTextsStayWithinSlacksLimits() throws Exception {
        try (ChannelKit channel = webhook()) {
            channel.send(Messages.huge(""));
            assertThat(channel.brokenTexts).isEmpty();
        }
        Message read = read(slack.only());
        assertThat(slack.only().body()).hasSizeLessThanOrEqualTo(10_000);
        assertThat(read.getBlocks()).hasSizeBetween(3, 50).allSatisfy(block -> {
            if (block instanceof SectionBlock section) {
                assertThat(section.getText().getText()).hasSizeLessThanOrEqualTo(3_000);
            } else if (block instanceof HeaderBlock header) {
                assertThat(header.getText().getText()).hasSizeLessThanOrEqualTo(150);
            }
        });
        assertThat(slack.only().body()).contains(" not shown");
    }

    @Test
    void tooManyRequestsIsTemporaryAndSaysHowLongToWait() throws Exception {
        slack.answers(
                Sink.Answer.of(429, "{\"ok\":false,\"error\":\"rate_limited\"}").with("Retry-After", "30"));
        try (ChannelKit channel = webhook()) {
            SendFailedException refusal = channel.refusal(Messages.firing(""));
            assertThat(refusal.isPermanent()).isFalse();
            assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(30));
            assertThat(refusal).hasMessageContaining("429").hasMessageNotContaining("secret");
        }
    }

    @Test
    void aWebhookThatIsGoneIsNotTriedAgain() throws Exception {
        slack.answers(404, "no_service");
        try (ChannelKit channel = webhook()) {
            SendFailedException refusal = channel.refusal(Messages.firing(""));
            assertThat(refusal.isPermanent()).isTrue();
            assertThat(refusal).hasMessageContaining("no_service");
        }
    }

    @Test
    void aBotPostsOnceThenChangesTheMessageAndGoesOnInItsThread() throws Exception {
        slack.answers(200, POSTED).answers(200, POSTED).answers(200, POSTED.replace("0001", "0002"));
        try (ChannelKit channel = bot()) {
            assertThat(channel.send(Messages.firing("C123"))).contains("C123/1712.0001");
            assertThat(channel.send(Messages.later(MessageKind.RESOLVED, "C123", "C123/1712.0001")))
                    .isEmpty();
        }
        List<Sink.Request> requests = slack.requests();
        assertThat(requests)
                .extracting(Sink.Request::uri)
                .containsExactly("/chat.postMessage", "/chat.update", "/chat.postMessage");
        assertThat(requests).allMatch(request -> request.header("Authorization").equals("Bearer xoxb-1"));
        assertThat(requests.get(0).json().at("/channel").asText()).isEqualTo("C123");
        assertThat(requests.get(1).json().at("/ts").asText()).isEqualTo("1712.0001");
        assertThat(requests.get(2).json().at("/thread_ts").asText()).isEqualTo("1712.0001");
        assertThat(read(requests.get(1)).getText()).startsWith("✅ Resolved");
    }

    @Test
    void okFalseInA200IsAFailure() throws Exception {
        slack.answers(200, "{\"ok\": false, \"error\": \"channel_not_found\"}")
                .answers(200, "{\"ok\": false, \"error\": \"ratelimited\"}");
        try (ChannelKit channel = bot()) {
            SendFailedException missing = channel.refusal(Messages.firing("C9"));
            assertThat(missing.isPermanent()).isTrue();
            assertThat(missing).hasMessageContaining("channel_not_found");
            assertThat(channel.refusal(Messages.firing("C9")).isPermanent()).isFalse();
        }
    }

    @Test
    void aMessageThatCanNoLongerBeChangedIsPostedAnew() throws Exception {
        slack.answers(200, "{\"ok\": false, \"error\": \"message_not_found\"}").answers(200, POSTED);
        try (ChannelKit channel = bot()) {
            assertThat(channel.send(Messages.later(MessageKind.UPDATE, "C123", "C123/1.1")))
                    .contains("C123/1712.0001");
        }
        assertThat(slack.last().json().has("thread_ts")).isFalse();
    }

    private static Message read(Sink.Request request) {
        return SLACKS.fromJson(request.body(), Message.class);
    }

    private static String section(Message message, int index) {
        return ((SectionBlock) message.getBlocks().get(index)).getText().getText();
    }
}
