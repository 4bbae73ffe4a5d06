package io.caravan.routes;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Finds steps that go on in another thread while a transaction is open: it belongs to the thread of {@code poll:} or {@code transacted}, so what other threads write is committed by itself, and stays
 * when the batch is rolled back. Follows {@code direct:} through all files. A {@code wireTap} is a copy on purpose; it is told only where a step that writes comes behind it, and so are all steps of a
 * route that is told of events, which may well call several services at once. In all these transactions a step that waits for the end of a workflow's run would wait in vain, since nobody sees the run
 * before the commit.
 *
 * <p>For {@code validate} only: the running service takes such a file in, since the step may be meant (it calls a slow service, say, and writes nothing).
 */
final class ThreadHops {
    private static final Set<String> WRITES = Set.of("load", "dedup", "watch", "sql", "sql-stored", "jdbc");
    private static final Set<String> QUEUES = Set.of("seda", "disruptor", "disruptor-vm", "vm", "stub");
    private static final Set<String> PARALLEL = Set.of("split", "multicast", "recipientList", "aggregate");
    private static final List<String> TIMERS =
            List.of("completionTimeout", "completionTimeoutExpression", "completionInterval");

    /** Their routes are told news, or get batches, in a transaction. */
    private static final Set<String> TELLING = Set.of("dag", "watch", "dedup");

    private final Placeholders placeholders;
    private final List<Route> routes = new ArrayList<>();
    private final Map<String, Route> byStart = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Routes that work in the transaction of another one. */
    private final Deque<Joined> joined = new ArrayDeque<>();

    private final Set<Route> seen = new HashSet<>();

    /** @param start its {@code from} without options */
    private record Route(Path path, String id, String start, List<Node> steps) {}

    private record Joined(Route route, Opener opener) {}

    /**
     * What opened a transaction.
     *
     * @param name for the message
     * @param isOfBatch whether its steps must stay on its thread; those that are told of an event may leave it where they don't write
     */
    private record Opener(String name, boolean isOfBatch) {}

    /**
     * A step that goes on in another thread.
     *
     * @param name for the message
     * @param isCopy whether it is a copy on purpose, which is told only where it writes
     * @param takesSteps whether the steps that are nested in it go with it
     * @param writer the first step that writes in the other thread
     */
    private record Hop(String name, boolean isCopy, boolean takesSteps, Optional<String> writer, String cure) {}

    private ThreadHops(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** The problems of these files, which are given by their roots. */
    static List<Problem> in(Map<Path, Node> files, Placeholders placeholders) {
        ThreadHops hops = new ThreadHops(placeholders);
        files.forEach(hops::read);
        hops.routes.forEach(hops::look);
        while (!hops.joined.isEmpty()) {
            Joined next = hops.joined.remove();
            hops.walk(next.route(), next.route().steps(), Optional.of(next.opener()));
        }
        return hops.problems;
    }

    private void read(Path path, Node root) {
        for (Node entry : items(root)) {
            for (NodeTuple tuple : tuples(entry)) {
                Node value = tuple.getValueNode();
                switch (YamlTree.text(tuple.getKeyNode())) {
                    case "route" -> YamlTree.valueAt(value, "from").ifPresent(from -> route(path, value, from));
                    case "from" -> route(path, value, value);
                    default -> {}
                }
            }
        }
    }

    private void route(Path path, Node route, Node from) {
        List<Node> steps = new ArrayList<>();
        YamlTree.valueAt(from, "steps").ifPresent(list -> steps.addAll(items(list)));
        if (!from.equals(route)) {
            YamlTree.valueAt(route, "steps").ifPresent(list -> steps.addAll(items(list)));
        }
        String id = YamlTree.textAt(route, "id").orElse("");
        Route read = new Route(path, id, uri(from), steps);
        routes.add(read);
        byStart.putIfAbsent(read.start(), read);
    }

    private void look(Route route) {
        walk(route, route.steps(), opener(route.start()));
    }

    private static Optional<Opener> opener(String start) {
        String scheme = EndpointUri.scheme(start);
        boolean polls = scheme.equals("poll");
        boolean isTask = scheme.equals("dag") && start.contains("/");
        return polls || (TELLING.contains(scheme) && !isTask)
                ? Optional.of(new Opener(start, polls))
                : Optional.empty();
    }

    /** @param opener of the transaction in which the first step stands */
    private void walk(Route route, List<Node> steps, Optional<Opener> opener) {
        Optional<Opener> open = opener;
        for (Node step : steps) {
            for (NodeTuple tuple : tuples(step)) {
                String kind = StringHelper.dashToCamelCase(YamlTree.text(tuple.getKeyNode()));
                if (kind.equals("transacted") && open.filter(Opener::isOfBatch).isEmpty()) {
                    open = Optional.of(new Opener("transacted in line " + YamlTree.line(tuple.getKeyNode()), true));
                }
                open.ifPresent(opened -> waits(route, kind, tuple, opened));
                if (open.isEmpty() || !leaves(route, kind, tuple, open.get())) {
                    below(route, tuple.getValueNode(), open);
                }
            }
        }
    }

    /** The steps that are nested in a step: its own, those of {@code when}, {@code doCatch} and their like. */
    private void below(Route route, Node step, Optional<Opener> open) {
        for (NodeTuple tuple : tuples(step)) {
            if (YamlTree.text(tuple.getKeyNode()).equals("steps")) {
                walk(route, items(tuple.getValueNode()), open);
            } else {
                below(route, tuple.getValueNode(), open);
            }
        }
        items(step).forEach(item -> below(route, item, open));
    }

    /** Tells a step that goes on elsewhere; true when what is nested in it is no part of the transaction. */
    private boolean leaves(Route route, String kind, NodeTuple tuple, Opener opened) {
        Node step = tuple.getValueNode();
        String uri = uri(step);
        if (kind.equals("to") && EndpointUri.scheme(uri).equals("direct")) {
            join(uri, opened);
        } else if (kind.equals("threads")) {
            tell(
                    route,
                    tuple,
                    "'threads' has no effect in the transaction of " + opened.name() + ", which stays on one thread",
                    "remove it, or move what takes long to a route of its own that hears of the rows after the commit: from: load:<table>");
        } else {
            Optional<Hop> hop = hop(kind, step, uri);
            hop.ifPresent(each -> tell(route, tuple, each, opened));
            return hop.filter(Hop::takesSteps).isPresent();
        }
        return false;
    }

    private void tell(Route route, NodeTuple tuple, Hop hop, Opener opened) {
        boolean isToldAnyway = opened.isOfBatch() && !hop.isCopy();
        if (isToldAnyway) {
            tell(
                    route,
                    tuple,
                    hop.name() + " goes on in another thread, outside of the transaction of " + opened.name()
                            + ": what is written there stays if the batch is rolled back",
                    hop.cure());
        } else if (hop.writer().isPresent()) {
            tell(
                    route,
                    tuple,
                    hop.name() + (hop.isCopy() ? " copies to" : " goes on in") + " another thread, where '"
                            + hop.writer().get() + "' writes outside of the transaction of " + opened.name()
                            + " and stays if that is rolled back",
                    hop.cure());
        }
    }

    private Optional<Hop> hop(String kind, Node step, String uri) {
        boolean isParallel = PARALLEL.contains(kind) && isTrue(step, "parallelProcessing");
        if (kind.equals("resequence") || (kind.equals("aggregate") && hasTimer(step))) {
            return steps(
                    step,
                    "'" + kind + "' hands on by the clock and so",
                    "do it before the transaction begins, or in a route that hears of the rows after the commit: from: load:<table>");
        } else if (isParallel) {
            return steps(step, "'" + kind + "' with parallelProcessing", "leave parallelProcessing out");
        } else if (kind.equals("circuitBreaker") && isTrueBelow(step, "timeoutEnabled")) {
            return steps(step, "'circuitBreaker' with timeoutEnabled", "leave timeoutEnabled out");
        } else if ((kind.equals("to") || kind.equals("toD")) && QUEUES.contains(EndpointUri.scheme(uri))) {
            return Optional.of(new Hop(
                    "'" + uri + "'",
                    false,
                    false,
                    writer(uri, new HashSet<>()),
                    "use direct:, or a route that hears of the rows after the commit: from: load:<table>"));
        } else if (kind.equals("wireTap")) {
            return Optional.of(new Hop(
                    "'wireTap'",
                    true,
                    false,
                    writer(uri, new HashSet<>()),
                    "use `to:` instead, or a route that hears of the rows after the commit: from: load:<table>"));
        }
        return Optional.empty();
    }

    private Optional<Hop> steps(Node step, String name, String cure) {
        Optional<String> writer = writer(List.of(step), new HashSet<>()).or(() -> recipient(step));
        return Optional.of(new Hop(name, false, true, writer, cure));
    }

    /** The first endpoint that writes among those that the step's own text names, such as the recipients of a list. */
    private Optional<String> recipient(Node step) {
        return tuples(step).stream()
                .flatMap(tuple -> Stream.of(YamlTree.text(tuple.getValueNode()).split("[,;|\\s]+")))
                .map(placeholders::resolve)
                .map(uri -> writer(EndpointUri.withoutQuery(uri), new HashSet<>()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private void waits(Route route, String kind, NodeTuple tuple, Opener opener) {
        Node step = tuple.getValueNode();
        String uri = uri(step);
        if (Set.of("to", "toD").contains(kind)
                && EndpointUri.scheme(uri).equals("dag")
                && (address(step).matches(".*[?&]wait=true(&.*)?")
                        || YamlTree.valueAt(step, "parameters")
                                .filter(parameters -> isTrue(parameters, "wait"))
                                .isPresent())) {
            tell(
                    route,
                    tuple,
                    "'" + uri + "' with wait=true would wait in the transaction of " + opener.name()
                            + " for a run that nobody sees before its commit, and is refused",
                    "remove wait=true, and hear of the end in a route from: " + uri + "?on=succeeded,failed");
        }
    }

    private void join(String uri, Opener opener) {
        Route other = byStart.get(uri);
        if (other != null && seen.add(other)) {
            joined.add(new Joined(other, opener));
        }
    }

    /** The first step that writes to tables, at this endpoint or behind it. */
    private Optional<String> writer(String uri, Set<String> passed) {
        if (WRITES.contains(EndpointUri.scheme(uri))) {
            return Optional.of(uri);
        }
        Route other = byStart.get(uri);
        return other == null || !passed.add(uri) ? Optional.empty() : writer(other.steps(), passed);
    }

    private Optional<String> writer(List<Node> nodes, Set<String> passed) {
        for (Node node : nodes) {
            for (NodeTuple tuple : tuples(node)) {
                String kind = YamlTree.text(tuple.getKeyNode());
                Optional<String> here = kind.equals("to") || kind.equals("toD")
                        ? writer(uri(tuple.getValueNode()), passed)
                        : writer(List.of(tuple.getValueNode()), passed);
                if (here.isPresent()) {
                    return here;
                }
            }
            Optional<String> below = writer(items(node), passed);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private void tell(Route route, NodeTuple tuple, String what, String cure) {
        String place = route.id().isEmpty() ? "" : " (route '" + route.id() + "')";
        Problem problem = new Problem(route.path(), YamlTree.line(tuple.getKeyNode()), what + place, cure);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Of an endpoint that is written as a text or as {@code uri:} with parameters; without options. */
    private String uri(Node endpoint) {
        return EndpointUri.withoutQuery(address(endpoint)).replaceFirst("^([a-z-]+:)//", "$1");
    }

    private String address(Node endpoint) {
        return placeholders.resolve(YamlTree.textAt(endpoint, "uri").orElse(YamlTree.text(endpoint)));
    }

    private static boolean isTrue(Node step, String option) {
        return tuples(step).stream()
                .anyMatch(tuple -> StringHelper.dashToCamelCase(YamlTree.text(tuple.getKeyNode()))
                                .equals(option)
                        && YamlTree.text(tuple.getValueNode()).equalsIgnoreCase("true"));
    }

    private static boolean isTrueBelow(Node step, String option) {
        return isTrue(step, option) || tuples(step).stream().anyMatch(tuple -> isTrue(tuple.getValueNode(), option));
    }

    private static boolean hasTimer(Node step) {
        return tuples(step).stream()
                .anyMatch(tuple -> TIMERS.contains(StringHelper.dashToCamelCase(YamlTree.text(tuple.getKeyNode()))));
    }

    private static List<NodeTuple> tuples(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    private static List<Node> items(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of();
    }
}
