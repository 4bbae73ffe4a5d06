package io.caravan.api;

/**
 * Incidents at {@code /api/alerts}:
 *
 * <pre>
 * GET  /api/alerts                       list, the newest first; filters state, severity, label (name=value), text; limit, before
 * GET  /api/alerts/{number}              one: its labels, what is known, what became of it, its messages
 * POST /api/alerts/{number}/acknowledge  somebody takes care of it
 * POST /api/alerts/{number}/silence      {"for": "1h"} or {"until": "workday" or a time}: it is not told for a while
 * POST /api/alerts/{number}/resolve      it is over
 * </pre>
 *
 * Whoever reaches the service's HTTP server may ask: on loopback anyone, else who has the token. The header {@code Caravan-User} says who, for the audit trail.
 */
public final class AlertsApi extends ResourceApi {
    private static final String ALERTS = "/api/alerts";
    private static final String ONE = ALERTS + "/{number}";

    private final AlertResource alerts;

    public AlertsApi(AlertResource alerts) {
        this.alerts = alerts;
    }

    @Override
    public void configure() {
        route("api-alerts", ALERTS, "GET", alerts::list);
        route("api-alert", ONE, "GET", alerts::show);
        route("api-alert-acknowledge", ONE + "/acknowledge", "POST", alerts::acknowledge);
        route("api-alert-silence", ONE + "/silence", "POST", alerts::silence);
        route("api-alert-resolve", ONE + "/resolve", "POST", alerts::resolve);
    }
}
