package io.caravan.alert.routing;

import java.util.List;

/**
 * A place in the routing tree, with what it took over from those above it.
 *
 * @param path where it stands, such as {@code route.routes[1]}
 * @param name what it is, wherever it stands: its conditions and those of the nodes above it, such as {@code route > tenant=acme}
 * @param to names of receivers, people or rotations
 * @param continues whether its later siblings are asked too when this one matched
 * @param groupBy labels whose values alerts of one message share
 * @param timings by severity
 * @param escalations in order of time
 */
public record RouteNode(
        String path,
        String name,
        Matchers matchers,
        List<String> to,
        boolean continues,
        List<String> groupBy,
        Timings timings,
        List<Escalation> escalations,
        List<RouteNode> routes) {
    public RouteNode {
        to = List.copyOf(to);
        groupBy = List.copyOf(groupBy);
        escalations = List.copyOf(escalations);
        routes = List.copyOf(routes);
    }
}
