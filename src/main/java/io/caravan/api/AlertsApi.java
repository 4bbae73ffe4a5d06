package io.caravan.api;

/**
 * Incidents at {@code /api/alerts}:
 *
 * <pre>
 * GET  /api/alerts                       list, the newest first; filters state, severity, label (name=value), text; limit, before
 * GET  /api/alerts/{number}              one: its labels, what is known, what became of it, its messages
 * POST /api/alerts/{number}/acknowledge  somebody takes care of it
 * POST /api/alerts/{number}/silence      {"for": "1h"} or {"until": "workday" or a time}: it is not told for a while
 * POST /api/alerts/{number}/expect       {"until": "workday" or a time, "why": "works holiday"}: it may be so until then
 * POST /api/alerts/{number}/resolve      it is over
 * GET  /api/silences                     those that hold or will hold
 * POST /api/silences                     {"match": ["provider=acme"], "for": "2h" or "until": a time, "from": a time, "why": "they migrate"}
 * POST /api/silences/{number}/end        ends one before its time
 * </pre>
 *
 * Whoever reaches the service's HTTP server may ask: on loopback anyone, else who has the token. The header {@code Caravan-User} says who, for the audit trail.
 */
public final class AlertsApi extends ResourceApi {
    private static final String ALERTS = "/api/alerts";
    private static final String ONE = ALERTS + "/{number}";

    private static final String SILENCES = "/api/silences";

    private final AlertResource alerts;
    private final SilenceResource silences;

    public AlertsApi(AlertResource alerts, SilenceResource silences) {
        this.alerts = alerts;
        this.silences = silences;
    }

    @Override
    public void configure() {
        route("api-alerts", ALERTS, "GET", alerts::list);
        route("api-alert", ONE, "GET", alerts::show);
        route("api-alert-acknowledge", ONE + "/acknowledge", "POST", alerts::acknowledge);
        route("api-alert-silence", ONE + "/silence", "POST", alerts::silence);
        route("api-alert-expect", ONE + "/expect", "POST", alerts::expect);
        route("api-alert-resolve", ONE + "/resolve", "POST", alerts::resolve);
        route("api-silences", SILENCES, "GET", silences::list);
        route("api-silence", SILENCES, "POST", silences::make);
        route("api-silence-end", SILENCES + "/{number}/end", "POST", silences::end);
    }
}
