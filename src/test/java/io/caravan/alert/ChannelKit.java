package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;

/** Channels as the project ships them, in a Camel context of their own, sending to where a test says. */
final class ChannelKit implements AutoCloseable {
    /** The project's own. */
    static final Path SHIPPED = Path.of("routes/channels");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AlertComponent component = new AlertComponent();
    private final RouteLoader loader;
    private final Path folder;
    final List<String> brokenTexts = new ArrayList<>();

    /**
     * @param folder an empty one; the shipped channels are copied into it
     * @param secrets placeholders and what they stand for
     * @param yaml the channel
     */
    ChannelKit(Path folder, Map<String, String> secrets, String yaml) throws Exception {
        this(folder, secrets, yaml, "");
    }

    /** With links in messages, of the receiver {@code ops}, who may do everything. */
    static ChannelKit linked(Path folder, Map<String, String> secrets, String yaml) throws Exception {
        return new ChannelKit(folder, secrets, yaml, "https://caravan.example.org");
    }

    private ChannelKit(Path folder, Map<String, String> secrets, String yaml, String url) throws Exception {
        this.folder = folder;
        copy(SHIPPED, folder);
        Files.deleteIfExists(folder.resolve("chat.camel.yaml"));
        Files.writeString(folder.resolve("own.camel.yaml"), yaml);
        Properties properties = new Properties();
        properties.putAll(secrets);
        context.getPropertiesComponent().setInitialProperties(properties);
        context.setSourceLocationEnabled(true);
        context.getRegistry().bind("clock", Clock.class, new HandClock(Messages.NOW));
        context.getRegistry().bind("events", AlertEvents.class, new AlertEvents() {
            @Override
            public void textBroken(String template, String error) {
                brokenTexts.add(template + ": " + error);
            }
        });
        component.setTemplates(folder.toString());
        component.setUrl(url);
        component.setLinkSecret("known to tests only");
        component.setFile(Files.writeString(
                        folder.resolve("alerts.yaml"), "receivers: {ops: {channel: own}}\nroute: {to: [ops]}\n")
                .toString());
        context.addComponent("alert", component);
        context.start();
        loader = new RouteLoader(context, List.of(folder), Clock.systemUTC());
        loader.start();
        assertThat(loader.statuses()).allMatch(RouteFileStatus::isLoaded);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    Path folder() {
        return folder;
    }

    /** Sends to the channel {@code own}; where the service has put it. */
    Optional<String> send(Delivery delivery) throws SendFailedException {
        return channel("own").send(delivery);
    }

    Channel channel(String name) {
        return component.channels().all().stream()
                .filter(channel -> channel.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no channel " + name));
    }

    /** What has come last to {@code mock:…}. */
    String said(String mock) {
        MockEndpoint endpoint = context.getEndpoint(mock, MockEndpoint.class);
        return endpoint.getExchanges()
                .get(endpoint.getReceivedCounter() - 1)
                .getMessage()
                .getBody(String.class);
    }

    SendFailedException refusal(Delivery delivery) {
        try {
            send(delivery);
        } catch (SendFailedException e) {
            return e;
        }
        throw new AssertionError("The message was sent");
    }

    /** A request of the channel in YAML: {@code - templatedRoute:} with these parameters. */
    static String channel(String template, String... parameters) {
        StringBuilder yaml = new StringBuilder("- templatedRoute:\n    routeTemplateRef: " + template
                + "\n    routeId: own\n    parameters:\n      - {name: channel, value: own}\n");
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            yaml.append("      - {name: ")
                    .append(parameter, 0, equals)
                    .append(", value: \"")
                    .append(parameter.substring(equals + 1))
                    .append("\"}\n");
        }
        return yaml.toString();
    }

    @Override
    public void close() {
        loader.close();
        context.stop();
    }
}
