package io.caravan.alert;

import io.caravan.alert.answer.Hook;
import io.caravan.alert.answer.SlackHook;
import io.caravan.alert.answer.TelegramHook;
import io.caravan.alert.answer.TwilioHook;
import io.caravan.alert.answer.WebhookHook;
import io.caravan.alert.routing.Receiver;
import io.caravan.batch.RecordTime.Unit;
import io.caravan.database.outbox.Wants;
import io.caravan.routes.DidYouMean;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Raise and resolve alerts, and carry them to people.
 *
 * <p>{@code to: alert:raise} opens an incident or joins the open one of its key, in the transaction of the route; {@code to: alert:resolve} ends it. {@code from: alert:<channel>} is a channel: one
 * exchange is one message for one receiver, and how the exchange ends is how the message fared. In a channel {@code to: alert:text} makes the message's text from a template, {@code to: alert:sign} signs
 * it, and {@code to: alert:answer} judges what the service has answered; {@code to: alert:show} puts it on our own page.
 *
 * <p>{@code to: alert:rules} judges the records of a batch by the rules of {@code config/rules}, which raise and resolve. {@code from: alert:hook} is what a service sends of its own accord, {@code from: alert:events} what people have done
 * about incidents.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "alert",
        title = "Alert",
        syntax = "alert:what",
        category = {Category.MONITORING},
        headersClass = AlertHeaders.class)
public class AlertEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
    static final String RAISE = "raise";
    static final String RESOLVE = "resolve";
    static final String TEXT = "text";
    static final String ANSWER = "answer";
    static final String SIGN = "sign";
    static final String RULES = "rules";
    static final String SHOW = "show";
    static final String HOOK = "hook";
    static final String EVENTS = "events";
    private static final String USUAL_KEY = "${body[key]}";

    @UriPath(
            description =
                    "raise, resolve, rules, text, answer, sign or show: to: does that. hook: from: is what a service sends to /hooks/<name>. events: from: is what people do about incidents. Any other word: from: is the channel of this name")
    @Metadata(required = true)
    private final String what;

    @UriParam(
            label = "common",
            defaultValue = USUAL_KEY,
            description =
                    "Which problem it is, in the simple language: signals of one key join one incident, such as rides/${header.CaravanTask}. events: of incidents of which keys, separated by commas; * stands for any text, such as watch/*. By default of all")
    private @Nullable String key;

    @UriParam(
            label = "producer",
            defaultValue = "${body[severity]}",
            description = "critical, high, medium or low, in the simple language. Where it comes to nothing, medium")
    private String severity = "${body[severity]}";

    @UriParam(
            label = "producer",
            defaultValue = "${body[summary]}",
            description = "One sentence that says what is the matter, in the simple language")
    private String summary = "${body[summary]}";

    @UriParam(
            label = "producer",
            description =
                    "What config/alerts.yaml routes by, in the simple language: label.tenant=${body[tenant]}. They come on top of the map labels of the body",
            prefix = "label.",
            multiValue = true)
    private @Nullable Map<String, Object> labels;

    @UriParam(
            label = "producer",
            description =
                    "raise: what people can do about it besides acknowledging, silencing and resolving, in the simple language: expect, which says that it is as it should be until some time. A route from: alert:events?kind=expected makes that true, such as routes/watch/alerts.camel.yaml by to: watch:expect; without one there is no such button")
    private @Nullable String acts;

    @UriParam(
            label = "consumer",
            description =
                    "events: what people have done, separated by commas: acknowledged, silenced, expected, resolved. By default all")
    private @Nullable String kind;

    @UriParam(label = "producer", description = "Why the problem is over, in the simple language: for the audit trail")
    private @Nullable String why;

    @UriParam(
            label = "producer",
            description = "rules: what the records are called in config/rules, such as telematics.packet")
    private @Nullable String dataset;

    @UriParam(
            label = "producer",
            description =
                    "rules: where a record names what it is about, a vehicle for instance, as a JSON pointer (/car_id) or a path (device.id). A rule fires for each by itself")
    private @Nullable String asset;

    @UriParam(
            label = "producer",
            description =
                    "rules: where a record bears its time, as a JSON pointer or a path: ISO 8601, or a number since 1970. Without it, a record happened when it came")
    private @Nullable String time;

    @UriParam(
            label = "producer",
            defaultValue = "auto",
            description =
                    "rules: what a number for a time counts since 1970-01-01 00:00 UTC: seconds or millis, fractions included. auto: told apart by size")
    private Unit epoch = Unit.auto;

    @UriParam(
            label = "producer",
            defaultValue = "UTC",
            description = "rules: the time zone of times that name none, such as Europe/Amsterdam")
    private String timezone = "UTC";

    @UriParam(
            label = "producer",
            defaultValue = "1h",
            javaType = "java.time.Duration",
            description =
                    "rules: how old a record may be when it comes. An older one is none of the present and isn't judged")
    private long maxAge = Duration.ofHours(1).toMillis();

    @UriParam(
            label = "producer",
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description =
                    "rules: how much later than its arrival a record's time may be, for clocks that go wrong. Beyond that it isn't believed and the record isn't judged")
    private long maxAhead = Duration.ofMinutes(10).toMillis();

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description =
                    "rules: whether to judge batches that fetch again what is past (header CaravanBackfill), too. Say then how old a record may be: maxAge")
    private boolean backfill;

    @UriParam(
            label = "producer",
            description =
                    "text: the file of the message's text, in the folder of the option templates of the component. In one called *.json.ftl that begins with <#ftl output_format=\"JSON\"> every value is escaped")
    private @Nullable String template;

    @UriParam(
            label = "producer",
            description =
                    "text: the file of the same request around ${plain}, for when the template is broken or says too much")
    private @Nullable String plain;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description =
                    "text: so long may it be, in UTF-16 units; less is shown of a message that would be longer. 0: any length")
    private int maxCharacters;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "text: so long may it be, in bytes of UTF-8. 0: any length")
    private int maxBytes;

    @UriParam(
            label = "producer",
            description =
                    "answer: JSON pointer to what is true when the service has taken the message, or, without a slash, all that it says then; for services that answer 200 otherwise, too")
    private @Nullable String ok;

    @UriParam(
            label = "producer",
            description = "answer: JSON pointer to what was wrong; several, with commas between, are joined by a colon")
    private @Nullable String error;

    @UriParam(
            label = "producer",
            description =
                    "answer: JSON pointer to the seconds to wait, for services that don't send the header Retry-After")
    private @Nullable String retryAfter;

    @UriParam(
            label = "producer",
            description =
                    "answer: JSON pointer to where the service has put the message, given back with later messages about the same incidents. Several, with commas between, are joined by a slash")
    private @Nullable String thread;

    @UriParam(
            label = "producer",
            description =
                    "answer: errors that are worth another try whatever the status, parts of them, with commas between")
    private @Nullable String temporary;

    @UriParam(
            label = "producer",
            description =
                    "answer: errors that are as good as success, parts of them, with commas between. The property CaravanAlertTaken of the exchange is false then")
    private @Nullable String tolerated;

    @UriParam(
            label = "producer",
            description =
                    "answer: errors that say that the text is too long, parts of them, with commas between; 413 always does. The same is sent with less text, at last in the plain form")
    private @Nullable String tooLong;

    @UriParam(
            label = "producer",
            description =
                    "answer: errors that say that the service doesn't understand the text, parts of them, with commas between; 400 and 422 do where nothing else is said of them. The same is sent in the plain form")
    private @Nullable String malformed;

    @UriParam(
            label = "producer",
            description =
                    "answer: errors that say that the receiver's address is wrong or takes nothing, parts of them, with commas between. The fallback is told at once; other addresses of the channel go on")
    private @Nullable String wrongAddress;

    @UriParam(
            label = "producer",
            description =
                    "answer: statuses and parts of errors, with commas between, that say that there is nothing to send to, such as a webhook that was removed. Nothing is sent there any more until somebody tries it by hand")
    private @Nullable String gone;

    @UriParam(
            label = "producer",
            description = "answer: JSON pointer to the new address of what has moved; it is followed, and reported")
    private @Nullable String moved;

    @UriParam(
            label = "consumer",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description =
                    "Least time from one message to the next, kept by all nodes together. Critical messages may go up to three of them ahead. 0: any pace")
    private long interval;

    @UriParam(
            label = "consumer",
            defaultValue = "false",
            description =
                    "Whether the interval, and what fails, is counted for each address rather than for the channel")
    private boolean perAddress;

    @UriParam(
            label = "security",
            secret = true,
            description =
                    "sign: the secret that the receiver knows, whsec_ and Base64 or any other text. hook: by which its requests are known: Slack's signing secret, the secret_token of Telegram's setWebhook, Twilio's auth token, or whsec_ and Base64")
    private @Nullable String secret;

    @UriParam(
            label = "consumer",
            enums = "slack,telegram,twilio,webhook",
            description =
                    "hook: who sends to /hooks/<name>: Slack and Telegram what people press, Twilio and receivers of webhooks what became of messages")
    private @Nullable String service;

    @UriParam(
            label = "consumer",
            description =
                    "hook: the last part of its path /hooks/<name>. Default: the service. Of twilio and webhook it is the channel whose messages they confirm")
    private @Nullable String name;

    @UriParam(
            label = "producer",
            description =
                    "text: what the template should know besides the message, such as value.username=Caravan. raise: what messages can tell besides the body, such as value.action=Call them. In the simple language",
            prefix = "value.",
            multiValue = true)
    private @Nullable Map<String, Object> values;

    public AlertEndpoint(String uri, AlertComponent component, String what) {
        super(uri, component);
        this.what = what;
    }

    @Override
    public Producer createProducer() {
        return switch (what) {
            case RAISE -> new AlertProducer(this, true);
            case RESOLVE -> new AlertProducer(this, false);
            case RULES -> new AlertRulesProducer(this);
            case TEXT -> new AlertTextProducer(this);
            case ANSWER -> new AlertAnswerProducer(this);
            case SIGN -> new AlertSignProducer(this);
            case SHOW -> new AlertShowProducer(this);
            default ->
                throw new IllegalArgumentException(
                        "alert:" + what
                                + " can't be sent to; use alert:raise, alert:resolve, alert:rules, alert:text, alert:answer, alert:sign or alert:show");
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (what.equals(HOOK)) {
            AlertHookConsumer hook = new AlertHookConsumer(this, processor, hook(required("service", service)));
            configureConsumer(hook);
            return hook;
        }
        if (what.equals(EVENTS)) {
            AlertEventConsumer events = new AlertEventConsumer(this, processor, wants());
            configureConsumer(events);
            return events;
        }
        Receiver.checkChannel(what);
        AlertConsumer consumer = new AlertConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Refuses acts that can't be offered, when the route is loaded. */
    void check() {
        if (acts != null && !acts.contains("${")) {
            OfferedActs.parse(acts);
        }
    }

    /** Each route that listens to what people do is told. */
    @Override
    public boolean isMultipleConsumersSupported() {
        return what.equals(EVENTS);
    }

    /** @throws IllegalArgumentException when a kind is none of those that there are */
    Wants wants() {
        Wants wants = Wants.everything();
        if (kind != null) {
            List<String> known = Stream.of(ActKind.values()).map(ActKind::word).toList();
            for (String word : words(kind)) {
                if (!known.contains(word)) {
                    throw new IllegalArgumentException(
                            "kind '" + word + "' of alert:events is unknown; " + DidYouMean.cure(word, known));
                }
            }
            wants = wants.only(ActNews.KIND, words(kind));
        }
        return key == null ? wants : wants.only(ActNews.KEY, words(key));
    }

    private static List<String> words(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private Hook hook(String of) {
        String known = required("secret", secret);
        return switch (of) {
            case "slack" ->
                new SlackHook(known, getComponent().answers(), getComponent().clock());
            case "telegram" -> new TelegramHook(known, getComponent().answers());
            case "twilio" -> new TwilioHook(known, hookName(), getComponent().confirmations());
            case "webhook" ->
                new WebhookHook(
                        known,
                        hookName(),
                        getComponent().confirmations(),
                        getComponent().clock());
            default ->
                throw new IllegalArgumentException(
                        "alert:hook knows no service '" + of + "'; use slack, telegram, twilio or webhook");
        };
    }

    /** The last part of a hook's path. */
    String hookName() {
        String of = name == null ? service : name;
        return of == null ? "" : of;
    }

    /**
     * An option that one of the steps can't do without.
     *
     * @throws IllegalArgumentException when it isn't set
     */
    String required(String option, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("alert:" + what + " needs the option " + option + "; set it");
        }
        return value;
    }

    @Override
    public AlertComponent getComponent() {
        return (AlertComponent) super.getComponent();
    }

    public String getWhat() {
        return what;
    }

    public String getKey() {
        return key == null ? USUAL_KEY : key;
    }

    /** Which problem it is. */
    public void setKey(String key) {
        this.key = key;
    }

    public String getSeverity() {
        return severity;
    }

    /** How much it matters. */
    public void setSeverity(String severity) {
        this.severity = severity;
    }

    public String getSummary() {
        return summary;
    }

    /** What is the matter. */
    public void setSummary(String summary) {
        this.summary = summary;
    }

    public Map<String, Object> getLabels() {
        return labels == null ? Map.of() : labels;
    }

    /** What alerts are routed by. */
    public void setLabels(Map<String, Object> labels) {
        this.labels = new HashMap<>(labels);
    }

    public @Nullable String getActs() {
        return acts;
    }

    /** What people can do about it. */
    public void setActs(String acts) {
        this.acts = acts;
    }

    public @Nullable String getKind() {
        return kind;
    }

    /** What people have done. */
    public void setKind(String kind) {
        this.kind = kind;
    }

    public @Nullable String getWhy() {
        return why;
    }

    /** Why the problem is over. */
    public void setWhy(String why) {
        this.why = why;
    }

    public @Nullable String getTemplate() {
        return template;
    }

    /** See the option. */
    public void setTemplate(String template) {
        this.template = template;
    }

    public @Nullable String getPlain() {
        return plain;
    }

    /** See the option. */
    public void setPlain(String plain) {
        this.plain = plain;
    }

    public int getMaxCharacters() {
        return maxCharacters;
    }

    /** See the option. */
    public void setMaxCharacters(int maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    public int getMaxBytes() {
        return maxBytes;
    }

    /** See the option. */
    public void setMaxBytes(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    public @Nullable String getOk() {
        return ok;
    }

    /** See the option. */
    public void setOk(String ok) {
        this.ok = ok;
    }

    public @Nullable String getError() {
        return error;
    }

    /** See the option. */
    public void setError(String error) {
        this.error = error;
    }

    public @Nullable String getRetryAfter() {
        return retryAfter;
    }

    /** See the option. */
    public void setRetryAfter(String retryAfter) {
        this.retryAfter = retryAfter;
    }

    public @Nullable String getThread() {
        return thread;
    }

    /** See the option. */
    public void setThread(String thread) {
        this.thread = thread;
    }

    public @Nullable String getTemporary() {
        return temporary;
    }

    /** See the option. */
    public void setTemporary(String temporary) {
        this.temporary = temporary;
    }

    public @Nullable String getTolerated() {
        return tolerated;
    }

    /** See the option. */
    public void setTolerated(String tolerated) {
        this.tolerated = tolerated;
    }

    public @Nullable String getSecret() {
        return secret;
    }

    /** See the option. */
    public void setSecret(String secret) {
        this.secret = secret;
    }

    public @Nullable String getService() {
        return service;
    }

    /** See the option. */
    public void setService(String service) {
        this.service = service;
    }

    public @Nullable String getName() {
        return name;
    }

    /** See the option. */
    public void setName(String name) {
        this.name = name;
    }

    public Map<String, Object> getValues() {
        return values == null ? Map.of() : values;
    }

    /** What the template should know besides the message, or messages besides the body. */
    public void setValues(Map<String, Object> values) {
        this.values = new HashMap<>(values);
    }

    public @Nullable String getMalformed() {
        return malformed;
    }

    /** Errors that say that the service doesn't understand the text. */
    public void setMalformed(String malformed) {
        this.malformed = malformed;
    }

    public @Nullable String getWrongAddress() {
        return wrongAddress;
    }

    /** Errors that say that the receiver's address is wrong. */
    public void setWrongAddress(String wrongAddress) {
        this.wrongAddress = wrongAddress;
    }

    public @Nullable String getTooLong() {
        return tooLong;
    }

    /** See the option. */
    public void setTooLong(String tooLong) {
        this.tooLong = tooLong;
    }

    public @Nullable String getGone() {
        return gone;
    }

    /** See the option. */
    public void setGone(String gone) {
        this.gone = gone;
    }

    public @Nullable String getMoved() {
        return moved;
    }

    /** See the option. */
    public void setMoved(String moved) {
        this.moved = moved;
    }

    public long getInterval() {
        return interval;
    }

    /** Least time from one message to the next; ms. */
    public void setInterval(long interval) {
        this.interval = interval;
    }

    public boolean isPerAddress() {
        return perAddress;
    }

    /** See the option. */
    public void setPerAddress(boolean perAddress) {
        this.perAddress = perAddress;
    }

    public @Nullable String getDataset() {
        return dataset;
    }

    /** See the option. */
    public void setDataset(String dataset) {
        this.dataset = dataset;
    }

    public @Nullable String getAsset() {
        return asset;
    }

    /** See the option. */
    public void setAsset(String asset) {
        this.asset = asset;
    }

    public @Nullable String getTime() {
        return time;
    }

    /** See the option. */
    public void setTime(String time) {
        this.time = time;
    }

    public Unit getEpoch() {
        return epoch;
    }

    /** See the option. */
    public void setEpoch(Unit epoch) {
        this.epoch = epoch;
    }

    public String getTimezone() {
        return timezone;
    }

    /** See the option. */
    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public long getMaxAge() {
        return maxAge;
    }

    /** See the option; ms. */
    public void setMaxAge(long maxAge) {
        this.maxAge = maxAge;
    }

    public long getMaxAhead() {
        return maxAhead;
    }

    /** See the option; ms. */
    public void setMaxAhead(long maxAhead) {
        this.maxAhead = maxAhead;
    }

    public boolean isBackfill() {
        return backfill;
    }

    /** See the option. */
    public void setBackfill(boolean backfill) {
        this.backfill = backfill;
    }
}
