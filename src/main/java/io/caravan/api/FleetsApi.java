package io.caravan.api;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/**
 * Fleets at {@code /api/fleets}:
 *
 * <pre>
 * GET /api/fleets                               list; filters provider, tenant, region, state, name (a part); limit, after
 * GET /api/fleets/{provider}/{fleet}            one: how it does, its newest, its settings
 * PUT /api/fleets/{provider}/{fleet}/settings   replaces what is set by hand; {} takes it back
 * GET /api/fleets/{provider}/{fleet}/calendar   what is expected day by day; from, days
 * </pre>
 *
 * Whoever reaches the service's HTTP server may ask: on loopback anyone, else who has the token.
 */
public final class FleetsApi extends RouteBuilder {
    private static final String FLEETS = "platform-http:/api/fleets";
    private static final String ONE = FLEETS + "/{provider}/{fleet}";

    private final FleetResource fleets;

    public FleetsApi(FleetResource fleets) {
        this.fleets = fleets;
    }

    /** One request, answered. */
    private interface Handler {
        Answer answer(Request request) throws ProblemException;
    }

    @Override
    public void configure() {
        route("api-fleets", FLEETS, "GET", fleets::list);
        route("api-fleet", ONE, "GET", fleets::show);
        route("api-fleet-settings", ONE + "/settings", "PUT", fleets::set);
        route("api-fleet-calendar", ONE + "/calendar", "GET", fleets::calendar);
    }

    private void route(String id, String path, String method, Handler handler) {
        from(path + "?httpMethodRestrict=" + method).routeId(id).process(exchange -> answer(exchange, handler));
    }

    private static void answer(Exchange exchange, Handler handler) {
        Answer answer;
        try {
            answer = handler.answer(new Request(exchange.getMessage()));
        } catch (ProblemException e) {
            answer = e.answer();
        }
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, answer.type());
        message.setBody(answer.body().toString());
    }
}
