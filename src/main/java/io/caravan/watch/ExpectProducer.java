package io.caravan.watch;

import io.caravan.calendar.Moments;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * {@code to: watch:expect}: silence is expected, as by {@code caravan fleet expect}, in the route's transaction. What can't be (no such fleet, an end that has passed) is an IllegalArgumentException: trying
 * again doesn't help.
 */
class ExpectProducer extends DefaultProducer {
    private final WatchEndpoint endpoint;
    private @Nullable Expression fleet;
    private @Nullable Expression stream;
    private @Nullable Expression until;
    private @Nullable Expression from;
    private @Nullable Expression by;
    private @Nullable Expression note;

    ExpectProducer(WatchEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        fleet = simple(endpoint.getFleet());
        stream = simple(endpoint.getStream());
        until = simple(endpoint.getUntil());
        from = simple(endpoint.getFrom());
        by = simple(endpoint.getBy());
        note = simple(endpoint.getNote());
    }

    private @Nullable Expression simple(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        Expression expression =
                endpoint.getCamelContext().resolveLanguage("simple").createExpression(text);
        expression.init(endpoint.getCamelContext());
        return expression;
    }

    @Override
    public void process(Exchange exchange) {
        WatchComponent component = endpoint.getComponent();
        Clock clock = component.clock();
        Profiles profiles = component.node().profiles();
        FleetOperations operations = new FleetOperations(component.database(), clock, profiles);
        Optional<Series> about = Optional.ofNullable(stream).map(each -> operations.series(text(each, exchange)));
        ZoneId zone = about.map(each -> profiles.of(each).expectation().zone())
                .orElseGet(() -> operations.zone(text(fleet, exchange)));
        String beginning = text(from, exchange);
        Instant now = clock.instant();
        Window window = new Window(
                endpoint.isMaintenance() ? Window.Kind.MAINTENANCE : Window.Kind.EXPECTED,
                beginning.isEmpty() ? now : Moments.parse(beginning, zone),
                Moments.parse(text(until, exchange), zone),
                text(note, exchange));
        String author = text(by, exchange);
        Author who = new Author(author.isEmpty() ? "route " + exchange.getFromRouteId() : author, "");
        List<Series> fleets = about.isPresent()
                ? operations.expect(who, about.get(), window)
                : operations.expect(
                        who, text(fleet, exchange), window.kind(), window.from(), window.until(), window.note());
        exchange.getMessage().setHeader(WatchHeaders.EXPECTED, fleets.size());
    }

    private static String text(@Nullable Expression expression, Exchange exchange) {
        String text = expression == null ? null : expression.evaluate(exchange, String.class);
        return text == null ? "" : text.strip();
    }
}
