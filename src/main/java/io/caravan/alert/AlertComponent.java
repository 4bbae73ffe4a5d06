package io.caravan.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.Hooks;
import io.caravan.alert.answer.LinkSecret;
import io.caravan.alert.answer.LinkSigner;
import io.caravan.alert.answer.MessageLinks;
import io.caravan.alert.chat.ChatBoard;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.alert.rules.RuleFiles;
import io.caravan.alert.rules.RuleNode;
import io.caravan.alert.text.Texts;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.outbox.Subscribers;
import io.caravan.routes.LiveFile;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;
import org.jspecify.annotations.Nullable;

/** The scheme {@code alert:}. Takes {@link Database}, {@link Clock} and all {@link AlertEvents} and {@link Vital} from Camel's registry. */
@Component("alert")
public class AlertComponent extends DefaultComponent {
    @Metadata(
            defaultValue = "config/alerts.yaml",
            description =
                    "Who hears of what, where and when. Read again when it has changed; a broken one leaves the last good one in force")
    private String file = "config/alerts.yaml";

    @Metadata(
            defaultValue = "config/rules",
            description =
                    "Folder of the stream rules. A file is read again within a second when it has changed; a broken one leaves what it last said in force, one that is removed counts after ten seconds")
    private String rules = "config/rules";

    @Metadata(
            defaultValue = "routes/channels",
            description =
                    "Folder of the texts' templates. A template is read again within a second when it has changed; a broken one makes the plain form")
    private String templates = "routes/channels";

    @Metadata(
            defaultValue = "30m",
            javaType = "java.time.Duration",
            description = "A problem that comes back so soon after it was resolved is the same incident, reopened")
    private long reopenWithin = Duration.ofMinutes(30).toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description = "How often it looks for what nobody told it of: the safety net")
    private long sweep = 5_000;

    @Metadata(
            defaultValue = "90d",
            javaType = "java.time.Duration",
            description =
                    "So long incidents that are resolved are kept, with their audit trail, and messages and silences that are over. What is open is never deleted")
    private long retention = Duration.ofDays(90).toMillis();

    @Metadata(
            description =
                    "Where people reach this service, such as https://caravan.example.org: messages have links to acknowledge, silence and resolve there. Empty: they have none")
    private String url = "";

    @Metadata(
            label = "security",
            secret = true,
            description = "By which those links are signed. Empty: one that is made once and kept in the database")
    private String linkSecret = "";

    private final Channels channels = new Channels();
    private final Hooks hooks = new Hooks();
    private final Subscribers subscribers = new Subscribers();
    private @Nullable AlertNode node;
    private @Nullable Texts texts;
    private @Nullable LiveFile<AlertRouting> routing;
    private @Nullable RuleNode ruleNode;
    private @Nullable LinkSigner signer;
    private @Nullable MessageLinks links;
    private @Nullable Answers answers;

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        ChannelRoutesConfigurer.install(getCamelContext());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        AlertEndpoint endpoint = new AlertEndpoint(uri, this, remaining);
        endpoint.setLabels(PropertiesHelper.extractProperties(parameters, "label."));
        endpoint.setValues(PropertiesHelper.extractProperties(parameters, "value."));
        setProperties(endpoint, parameters);
        endpoint.check();
        return endpoint;
    }

    /** The alerts of this process; made when first asked for. */
    public synchronized AlertNode node() {
        AlertNode made = node;
        if (made == null) {
            made = new AlertNode(
                    database(),
                    clock(),
                    routing()::current,
                    channels,
                    subscribers,
                    List.copyOf(getCamelContext().getRegistry().findByType(AlertEvents.class)),
                    List.copyOf(getCamelContext().getRegistry().findByType(Vital.class)),
                    Duration.ofMillis(reopenWithin),
                    Duration.ofMillis(sweep),
                    Duration.ofMillis(retention));
            node = made;
        }
        return made;
    }

    private Database database() {
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "alert: keeps incidents in PostgreSQL and found no io.caravan.database.Database in Camel's registry. Bind exactly one: context.getRegistry().bind(\"database\", database)");
        }
        return database;
    }

    /** What people do from where they hear of alerts. */
    public synchronized Answers answers() {
        Answers made = answers;
        if (made == null) {
            made = new Answers(database(), clock(), routing()::current, node().incidents(), signer(), this::calendar);
            answers = made;
        }
        return made;
    }

    /** The links of messages. */
    public synchronized MessageLinks links() {
        MessageLinks made = links == null ? new MessageLinks(signer(), clock(), url) : links;
        links = made;
        return made;
    }

    /** What services send to {@code /hooks}. */
    public Hooks hooks() {
        return hooks;
    }

    /** What services say of messages that they have taken. */
    Confirmations confirmations() {
        return node().confirmations();
    }

    /** Where the service of a channel says what became of a message; empty: it isn't asked. */
    Optional<String> confirmationUrl(String channel) {
        return hooks.find(channel)
                .flatMap(hook -> links().base())
                .map(base -> base + "/hooks/" + URLEncoder.encode(channel, UTF_8));
    }

    /** What the chat of our own page shows. */
    public ChatBoard board() {
        return new ChatBoard(database(), clock());
    }

    private synchronized LinkSigner signer() {
        LinkSigner made = signer;
        if (made == null) {
            made = new LinkSigner(linkSecret.isBlank() ? new LinkSecret(this::database, clock()) : () -> linkSecret);
            signer = made;
        }
        return made;
    }

    private Optional<BusinessCalendar> calendar(String name) {
        Calendars calendars = getCamelContext().getRegistry().findSingleByType(Calendars.class);
        return calendars == null ? Optional.empty() : calendars.find(name);
    }

    /** What config/alerts.yaml says; where there has never been such a file, nobody is told. */
    public synchronized LiveFile<AlertRouting> routing() {
        LiveFile<AlertRouting> live = routing;
        if (live == null) {
            live = LiveFile.kept(Path.of(file), AlertRouting.NOBODY, AlertsFile::read, clock());
            routing = live;
        }
        return live;
    }

    /** The stream rules of this process; made when first asked for. */
    public synchronized RuleNode ruleNode() {
        RuleNode made = ruleNode;
        if (made == null) {
            made = new RuleNode(
                    database(), clock(), new RuleFiles(Path.of(rules), clock()), node().incidents(), events());
            ruleNode = made;
        }
        return made;
    }

    synchronized Texts texts() {
        Texts made = texts == null ? new Texts(Path.of(templates)) : texts;
        texts = made;
        return made;
    }

    AlertEvents events() {
        return new AllAlertEvents(getCamelContext().getRegistry().findByType(AlertEvents.class));
    }

    Clock clock() {
        Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    /** The routes here that are told what people do. */
    Subscribers subscribers() {
        return subscribers;
    }

    Channels channels() {
        return channels;
    }

    public String getFile() {
        return file;
    }

    /** Who hears of what, where and when. */
    public void setFile(String file) {
        this.file = file;
    }

    public String getRules() {
        return rules;
    }

    /** Folder of the stream rules. */
    public void setRules(String rules) {
        this.rules = rules;
    }

    public String getTemplates() {
        return templates;
    }

    /** Folder of the texts' templates. */
    public void setTemplates(String templates) {
        this.templates = templates;
    }

    public String getUrl() {
        return url;
    }

    /** Where people reach this service. */
    public void setUrl(String url) {
        this.url = url;
    }

    public String getLinkSecret() {
        return linkSecret;
    }

    /** By which links are signed. */
    public void setLinkSecret(String linkSecret) {
        this.linkSecret = linkSecret;
    }

    public long getReopenWithin() {
        return reopenWithin;
    }

    /** A problem that comes back so soon is the same incident; ms. */
    public void setReopenWithin(long reopenWithin) {
        this.reopenWithin = reopenWithin;
    }

    public long getRetention() {
        return retention;
    }

    /** So long what is over is kept; ms. */
    public void setRetention(long retention) {
        this.retention = retention;
    }

    public long getSweep() {
        return sweep;
    }

    /** How often it looks for what nobody told it of; ms. */
    public void setSweep(long sweep) {
        this.sweep = sweep;
    }
}
