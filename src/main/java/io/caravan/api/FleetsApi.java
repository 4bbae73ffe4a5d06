package io.caravan.api;

/**
 * Fleets at {@code /api/fleets}:
 *
 * <pre>
 * GET  /api/fleets                               list; filters provider, tenant, region, state, name (a part); limit, after
 * GET  /api/fleets/{provider}/{fleet}            one: how it does, its newest, its settings
 * PUT  /api/fleets/{provider}/{fleet}/settings   replaces what is set by hand; {} takes it back
 * GET  /api/fleets/{provider}/{fleet}/calendar   what is expected day by day; from, days
 * POST /api/fleets/{provider}/{fleet}/expect     {"until": "2026-08-17", "note": "works holiday"}: silence is expected; from, maintenance, noMore; * in the fleet's name stands for any text
 * POST /api/fleets/{provider}/{fleet}/retire     it is missed no more
 * </pre>
 *
 * <p>As commands do, the last three also take one name alone: of a fleet without its provider, where only one has it; and, but for {@code retire}, of a merged stream (a provider, {@code
 * provider:credential}, a region or a tenant), which means all of its fleets: {@code POST /api/fleets/acme/expect}.
 *
 * Whoever reaches the service's HTTP server may ask: on loopback anyone, else who has the token. The header {@code Caravan-User} says who, for the audit log.
 */
public final class FleetsApi extends ResourceApi {
    private static final String FLEETS = "/api/fleets";
    private static final String ONE = FLEETS + "/{provider}/{fleet}";
    private static final String NAMED = FLEETS + "/{called}";

    private final FleetResource fleets;
    private final FleetActionResource actions;

    public FleetsApi(FleetResource fleets, FleetActionResource actions) {
        this.fleets = fleets;
        this.actions = actions;
    }

    @Override
    public void configure() {
        // before what a fleet of one of these names would be
        route("api-fleet-calendar-named", NAMED + "/calendar", "GET", fleets::calendar);
        route("api-fleet-expect-named", NAMED + "/expect", "POST", actions::expect);
        route("api-fleet-retire-named", NAMED + "/retire", "POST", actions::retire);
        route("api-fleets", FLEETS, "GET", fleets::list);
        route("api-fleet", ONE, "GET", fleets::show);
        route("api-fleet-settings", ONE + "/settings", "PUT", fleets::set);
        route("api-fleet-calendar", ONE + "/calendar", "GET", fleets::calendar);
        route("api-fleet-expect", ONE + "/expect", "POST", actions::expect);
        route("api-fleet-retire", ONE + "/retire", "POST", actions::retire);
    }
}
