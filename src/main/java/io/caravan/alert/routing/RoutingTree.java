package io.caravan.alert.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which places of the tree an alert reaches, by the rules of Prometheus' Alertmanager: the root matches everything; below a node that matches its children are asked in order, the first that
 * matches takes the alert unless it {@code continues}; where no child matches, the node itself takes it. Immutable.
 */
public record RoutingTree(RouteNode root) {

    /**
     * A node that was asked.
     *
     * @param depth 0: the root
     * @param answer for people, such as {@code takes it} or {@code tenant=acme does not hold}
     */
    public record Step(RouteNode node, int depth, boolean matched, String answer) {}

    /** The nodes that take an alert; there is always one. */
    public List<RouteNode> find(Map<String, String> labels) {
        List<RouteNode> found = new ArrayList<>();
        visit(root, labels, 0, found, new ArrayList<>());
        return found;
    }

    /** Which nodes were asked, in order, and what they said. */
    public List<Step> explain(Map<String, String> labels) {
        List<Step> steps = new ArrayList<>();
        visit(root, labels, 0, new ArrayList<>(), steps);
        return steps;
    }

    private static void visit(
            RouteNode node, Map<String, String> labels, int depth, List<RouteNode> found, List<Step> steps) {
        int place = steps.size();
        int before = found.size();
        for (RouteNode child : node.routes()) {
            var fails = child.matchers().firstThatFails(labels);
            if (fails.isPresent()) {
                steps.add(new Step(child, depth + 1, false, fails.get() + " does not hold"));
            } else {
                visit(child, labels, depth + 1, found, steps);
                if (!child.continues()) {
                    break;
                }
            }
        }
        boolean takes = found.size() == before;
        if (takes) {
            found.add(node);
        }
        steps.add(place, new Step(node, depth, true, takes ? "takes it" : "passes it on"));
    }
}
