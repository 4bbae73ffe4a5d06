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
import java.util.function.Function;
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
 * <p>A task's route has no transaction of its own, and its steps may leave the thread: most of them take the task's claim along, so that what they write counts only while it holds. Those that nobody
 * waits for don't, and are told where they write.
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

    private final Set<Seen> seen = new HashSet<>();

    /** @param start its {@code from} without options */
    private record Route(Path path, String id, String start, List<Node> steps) {}

    private record Joined(Route route, Opener opener) {}

    private record Seen(Route route, Kind kind) {}

    private enum Kind {
        /** A transaction whose steps must stay on its thread. */
        BATCH,
        /** A transaction whose steps may leave its thread where they don't write. */
        EVENT,
        /** No transaction, but a claim, which steps that are waited for take along. */
        TASK
    }

    /**
     * What opened a transaction, or claimed.
     *
     * @param name for the message
     */
    private record Opener(String name, Kind kind) {
        boolean is(Kind one) {
            return kind == one;
        }
    }

    /**
     * A step that goes on in another thread.
     *
     * @param name for the message
     * @param isCopy whether it is a copy on purpose, which is told only where it writes
     * @param takesSteps whether the steps that are nested in it go with it
     * @param writer the first step that writes in the other thread
     * @param unclaimed the first that writes there without the claim of the task
     */
    private record Hop(
            String name,
            boolean isCopy,
            boolean takesSteps,
            Optional<String> writer,
            Optional<String> unclaimed,
            String cure) {}

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
        if (scheme.equals("poll")) {
            return Optional.of(new Opener(start, Kind.BATCH));
        } else if (scheme.equals("dag") && start.contains("/")) {
            return Optional.of(new Opener(start, Kind.TASK));
        }
        return TELLING.contains(scheme) || start.equals("alert:events")
                ? Optional.of(new Opener(start, Kind.EVENT))
                : Optional.empty();
    }

    /** @param opener of the transaction in which the first step stands */
    private void walk(Route route, List<Node> steps, Optional<Opener> opener) {
        Optional<Opener> open = opener;
        for (Node step : steps) {
            for (NodeTuple tuple : tuples(step)) {
                String kind = StringHelper.dashToCamelCase(YamlTree.text(tuple.getKeyNode()));
                if (kind.equals("transacted")
                        && open.filter(opened -> opened.is(Kind.BATCH)).isEmpty()) {
                    open = Optional.of(
                            new Opener("transacted in line " + YamlTree.line(tuple.getKeyNode()), Kind.BATCH));
                }
                open.filter(opened -> !opened.is(Kind.TASK)).ifPresent(opened -> waits(route, kind, tuple, opened));
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
        } else if (kind.equals("threads") && !opened.is(Kind.TASK)) {
            tell(
                    route,
                    tuple,
                    "'threads' has no effect in the transaction of " + opened.name() + ", which stays on one thread",
                    "remove it, or move what takes long to a route of its own that hears of the rows after the commit: from: load:<table>");
        } else {
            Optional<Hop> hop = hop(kind, step, uri);
            hop.ifPresent(each -> tell(route, tuple, each, opened));
            return hop.filter(each -> each.takesSteps()
                            && !(opened.is(Kind.TASK) && each.unclaimed().isEmpty()))
                    .isPresent();
        }
        return false;
    }

    private void tell(Route route, NodeTuple tuple, Hop hop, Opener opened) {
        String elsewhere = hop.name() + (hop.isCopy() ? " copies to" : " goes on in") + " another thread";
        if (opened.is(Kind.TASK)) {
            hop.unclaimed()
                    .ifPresent(writer -> tell(
                            route,
                            tuple,
                            elsewhere + ", where '" + writer + "' writes also when the try of " + opened.name()
                                    + " was stopped or has failed, or another node has taken the task over",
                            "let the task wait for it: by to: direct:, or by a split or multicast"));
        } else if (opened.is(Kind.BATCH) && !hop.isCopy()) {
            tell(
                    route,
                    tuple,
                    elsewhere + ", outside of the transaction of " + opened.name()
                            + ": what is written there stays if the batch is rolled back",
                    hop.cure());
        } else if (hop.writer().isPresent()) {
            tell(
                    route,
                    tuple,
                    elsewhere + ", where '" + hop.writer().get() + "' writes outside of the transaction of "
                            + opened.name() + " and stays if that is rolled back",
                    hop.cure());
        }
    }

    private Optional<Hop> hop(String kind, Node step, String uri) {
        Optional<String> nested = writer(List.of(step), new HashSet<>());
        if (kind.equals("resequence") || (kind.equals("aggregate") && hasTimer(step))) {
            return Optional.of(
                    new Hop(
                            "'" + kind + "' hands on by the clock and so",
                            false,
                            true,
                            nested,
                            nested,
                            "do it before the transaction begins, or in a route that hears of the rows after the commit: from: load:<table>"));
        } else if (PARALLEL.contains(kind) && isTrue(step, "parallelProcessing")) {
            return Optional.of(new Hop(
                    "'" + kind + "' with parallelProcessing",
                    false,
                    true,
                    nested.or(() -> recipient(step, this::writer)),
                    kind.equals("aggregate") ? nested : recipient(step, ThreadHops::writes),
                    "leave parallelProcessing out"));
        } else if (kind.equals("circuitBreaker") && isTrueBelow(step, "timeoutEnabled")) {
            return Optional.of(new Hop(
                    "'circuitBreaker' with timeoutEnabled",
                    false,
                    true,
                    nested,
                    Optional.empty(),
                    "leave timeoutEnabled out"));
        } else if ((kind.equals("to") || kind.equals("toD")) && QUEUES.contains(EndpointUri.scheme(uri))) {
            Optional<String> writer = writer(uri);
            return Optional.of(new Hop(
                    "'" + uri + "'",
                    false,
                    false,
                    writer,
                    writer,
                    "use direct:, or a route that hears of the rows after the commit: from: load:<table>"));
        } else if (kind.equals("wireTap")) {
            Optional<String> writer = writer(uri);
            return Optional.of(new Hop(
                    "'wireTap'",
                    true,
                    false,
                    writer,
                    writer,
                    "use `to:` instead, or a route that hears of the rows after the commit: from: load:<table>"));
        }
        return Optional.empty();
    }

    /** The first that writes among the endpoints that the step's own text names: the recipients of a list. */
    private Optional<String> recipient(Node step, Function<String, Optional<String>> writer) {
        return tuples(step).stream()
                .flatMap(tuple -> Stream.of(YamlTree.text(tuple.getValueNode()).split("[,;|\\s]+")))
                .map(uri -> writer.apply(EndpointUri.withoutQuery(placeholders.resolve(uri))))
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
        if (other != null && seen.add(new Seen(other, opener.kind()))) {
            joined.add(new Joined(other, opener));
        }
    }

    private static Optional<String> writes(String uri) {
        return Optional.of(uri).filter(each -> WRITES.contains(EndpointUri.scheme(each)));
    }

    /** The first step that writes to tables, at this endpoint or behind it. */
    private Optional<String> writer(String uri) {
        return writer(uri, new HashSet<>());
    }

    private Optional<String> writer(String uri, Set<String> passed) {
        Optional<String> here = writes(uri);
        if (here.isPresent()) {
            return here;
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
