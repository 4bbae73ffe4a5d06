package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that {@code config/alerts.yaml} says.
 *
 * @param receivers by name
 * @param people by name
 * @param rotations by name
 * @param heartbeat the service's own sign of life; empty: none
 */
public record AlertRouting(
        Map<String, Receiver> receivers,
        Map<String, Person> people,
        Map<String, Rotation> rotations,
        RoutingTree tree,
        List<Inhibition> inhibitions,
        List<Maintenance> maintenances,
        FlappingRule flapping,
        Optional<HeartbeatRule> heartbeat) {
    /** Nobody hears of anything. */
    public static final AlertRouting NOBODY = new AlertRouting(
            Map.of(),
            Map.of(),
            Map.of(),
            new RoutingTree(new RouteNode(
                    "route",
                    "route",
                    Matchers.ANYTHING,
                    List.of(),
                    false,
                    List.of(),
                    Timings.USUAL,
                    List.of(),
                    List.of())),
            List.of(),
            List.of(),
            FlappingRule.USUAL,
            Optional.empty());

    public AlertRouting {
        receivers = Map.copyOf(receivers);
        people = Map.copyOf(people);
        rotations = Map.copyOf(rotations);
        inhibitions = List.copyOf(inhibitions);
        maintenances = List.copyOf(maintenances);
    }

    /**
     * Somewhere that an alert goes.
     *
     * @param why the place of the routing tree, or whose subscription it is
     * @param name the same, by a name that it keeps when the file is changed elsewhere
     * @param listeners who hears of it, each once, by the name by which they are known from then on: of a rotation it is the rotation's
     * @param group the labels and values that alerts of one message share here
     */
    public record Destination(
            String why,
            String name,
            Map<String, Receiver> listeners,
            Map<String, String> group,
            Timing timing,
            List<Escalation> escalations) {
        public Destination {
            listeners = Collections.unmodifiableMap(new LinkedHashMap<>(listeners));
            group = Map.copyOf(group);
            escalations = List.copyOf(escalations);
        }

        public List<Receiver> receivers() {
            return List.copyOf(listeners.values());
        }
    }

    /**
     * Where an alert goes at this moment. Nobody is told twice: who has been reached by an earlier destination is left out of the later ones.
     *
     * @param labels with {@code severity} among them; none: medium
     */
    public List<Destination> destinations(Map<String, String> labels, Instant now) {
        Severity severity = severity(labels);
        List<Destination> found = new ArrayList<>();
        Set<Receiver> reached = new LinkedHashSet<>();
        for (RouteNode node : tree.find(labels)) {
            Map<String, Receiver> listeners = fresh(listeners(node.to(), now), reached);
            if (!listeners.isEmpty()) {
                found.add(new Destination(
                        node.path(),
                        node.name(),
                        listeners,
                        group(node.groupBy(), labels),
                        node.timings().of(severity),
                        node.escalations()));
            }
        }
        people.values().stream()
                .filter(person -> severity.isAtLeast(person.leastSeverity()))
                .filter(person -> person.subscriptions().stream().anyMatch(matchers -> matchers.match(labels)))
                .sorted(Comparator.comparing(Person::name))
                .forEach(person -> {
                    Map<String, Receiver> listeners = fresh(listeners(List.of(person.name()), now), reached);
                    if (!listeners.isEmpty()) {
                        found.add(new Destination(
                                subscription(person.name()),
                                subscription(person.name()),
                                listeners,
                                group(tree.root().groupBy(), labels),
                                tree.root().timings().of(severity),
                                List.of()));
                    }
                });
        return found;
    }

    /**
     * When a destination tells alerts of a severity.
     *
     * @param labels by which the destination is found that takes its place, where it is no longer there
     */
    public Timing timing(String name, Severity severity, Map<String, String> labels) {
        return (isSubscription(name) ? tree.root() : node(name, labels))
                .timings()
                .of(severity);
    }

    /** The destination of that name, if an alert goes there; where there is none of that name any more, the first to which it goes. */
    public Optional<Destination> destination(String name, Map<String, String> labels, Instant now) {
        List<Destination> destinations = destinations(labels, now);
        boolean isThere = isSubscription(name)
                || below(tree.root()).anyMatch(node -> node.name().equals(name));
        return destinations.stream()
                .filter(destination -> !isThere || destination.name().equals(name))
                .findFirst();
    }

    /** The names of all destinations that there are. */
    public Set<String> names() {
        return Stream.concat(
                        below(tree.root()).map(RouteNode::name),
                        people.keySet().stream().map(AlertRouting::subscription))
                .collect(Collectors.toSet());
    }

    private boolean isSubscription(String name) {
        return people.keySet().stream().anyMatch(person -> name.equals(subscription(person)));
    }

    private static String subscription(String person) {
        return "subscription of " + person;
    }

    private RouteNode node(String name, Map<String, String> labels) {
        return below(tree.root())
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseGet(() -> tree.find(labels).get(0));
    }

    private static Stream<RouteNode> below(RouteNode node) {
        return Stream.concat(Stream.of(node), node.routes().stream().flatMap(AlertRouting::below));
    }

    /** The receivers that stand behind these names at a moment: of a person the preferred one, of a rotation that of who is on call. */
    public Stream<Receiver> resolve(List<String> names, Instant now) {
        return names.stream().flatMap(name -> resolve(name, now));
    }

    /** The same by the names by which they are known from then on: a rotation's stays its own, whoever is on call. */
    public Map<String, Receiver> listeners(List<String> names, Instant now) {
        Map<String, Receiver> listeners = new LinkedHashMap<>();
        names.forEach(name -> resolve(name, now)
                .forEach(receiver -> listeners.put(rotations.containsKey(name) ? name : receiver.name(), receiver)));
        return listeners;
    }

    /** A receiver by its name, or that of who is on call in the rotation of that name. */
    public Optional<Receiver> receiver(String name, Instant now) {
        return rotations.containsKey(name) ? resolve(name, now).findFirst() : receiver(name);
    }

    /** A receiver by its name; that of a person's channel is {@code person/channel}. */
    public Optional<Receiver> receiver(String name) {
        int slash = name.lastIndexOf('/');
        return Optional.ofNullable(receivers.get(name))
                .or(() -> Optional.ofNullable(slash < 0 ? null : people.get(name.substring(0, slash)))
                        .flatMap(person -> person.receivers().stream()
                                .filter(receiver -> receiver.name().equals(name))
                                .findFirst()));
    }

    /**
     * Who is told where a receiver can't be. Empty: nobody says so any more.
     *
     * @param insteadOf who was to be told first, and whose fallback the receiver is
     */
    public Optional<List<String>> fallback(String receiver, Optional<String> insteadOf) {
        return insteadOf
                .map(first -> receiver(first).map(origin -> Receiver.after(receiver, origin.fallback())))
                .orElseGet(() -> receiver(receiver).map(Receiver::fallback));
    }

    /** Whom a service knows by this id. */
    public Optional<Person> person(String service, String id) {
        return people.values().stream()
                .filter(person -> id.equals(person.ids().get(service)))
                .findFirst();
    }

    private Stream<Receiver> resolve(String name, Instant now) {
        Rotation rotation = rotations.get(name);
        if (rotation != null) {
            return resolve(rotation.onCall(now), now);
        }
        Person person = people.get(name);
        if (person != null) {
            return Stream.of(person.receivers().get(0));
        }
        return Stream.ofNullable(receivers.get(name));
    }

    private static Map<String, Receiver> fresh(Map<String, Receiver> found, Set<Receiver> reached) {
        Map<String, Receiver> fresh = new LinkedHashMap<>(found);
        fresh.values().removeIf(receiver -> !reached.add(receiver));
        return fresh;
    }

    private static Map<String, String> group(List<String> labels, Map<String, String> values) {
        Map<String, String> group = new TreeMap<>();
        labels.forEach(label -> group.put(label, values.getOrDefault(label, "")));
        return group;
    }

    private static Severity severity(Map<String, String> labels) {
        return labels.containsKey("severity") ? Severity.parse(labels.get("severity")) : Severity.MEDIUM;
    }
}
