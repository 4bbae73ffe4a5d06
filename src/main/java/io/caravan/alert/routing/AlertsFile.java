package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import io.caravan.alert.routing.AlertsText.EscalateText;
import io.caravan.alert.routing.AlertsText.FlappingText;
import io.caravan.alert.routing.AlertsText.HeartbeatText;
import io.caravan.alert.routing.AlertsText.InhibitText;
import io.caravan.alert.routing.AlertsText.MaintenanceText;
import io.caravan.alert.routing.AlertsText.OverrideText;
import io.caravan.alert.routing.AlertsText.PersonText;
import io.caravan.alert.routing.AlertsText.ReceiverText;
import io.caravan.alert.routing.AlertsText.RotationText;
import io.caravan.alert.routing.AlertsText.RouteText;
import io.caravan.alert.routing.AlertsText.TimingText;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import io.caravan.calendar.Schedule;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.FileMistake;
import io.caravan.routes.OwnYaml;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code config/alerts.yaml}. */
public final class AlertsFile {
    private static final String MANUAL = "docs/route-alerts.md";

    private final ZoneId zone;
    private final Map<String, Receiver> receivers = new LinkedHashMap<>();
    private final Map<String, Person> people = new LinkedHashMap<>();
    private final Map<String, Rotation> rotations = new LinkedHashMap<>();

    private AlertsFile(ZoneId zone) {
        this.zone = zone;
    }

    public static AlertRouting read(Path path) throws FileMistake {
        return OwnYaml.read(path, AlertsText.class, MANUAL, AlertsFile::routing);
    }

    private static AlertRouting routing(AlertsText text) {
        return new AlertsFile(Moments.zone(text.zone() == null ? "UTC" : text.zone())).build(text);
    }

    private AlertRouting build(AlertsText text) {
        AlertsText.<@Nullable ReceiverText>orEmpty(text.receivers())
                .forEach((name, receiver) -> receivers.put(name, receiver(name, receiver)));
        AlertsText.orEmpty(text.people()).forEach((name, person) -> people.put(fresh(name), person(name, person)));
        AlertsText.orEmpty(text.rotations())
                .forEach((name, rotation) -> rotations.put(fresh(name), rotation(name, rotation)));
        receivers.values().forEach(receiver -> check(receiver.fallback(), receivers.keySet()));
        RouteText root = text.route();
        if (root == null) {
            throw new IllegalArgumentException("There is no route; add `route: {to: <receiver>}`");
        }
        if (!AlertsText.orEmpty(root.match()).isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + AlertsText.orEmpty(root.match()).get(0)
                            + "' stands at the root, which takes every alert; move it to an entry of its routes");
        }
        if (AlertsText.orEmpty(root.to()).isEmpty()) {
            throw new IllegalArgumentException("The root of the route tells nobody; add `to: <receiver>`");
        }
        Timings timings = timings(Timings.USUAL, text.timings());
        RouteNode top = new RouteNode(
                "",
                "",
                Matchers.ANYTHING,
                List.of(),
                false,
                List.of("provider", "cause"),
                timings,
                List.of(),
                List.of());
        return new AlertRouting(
                receivers,
                people,
                rotations,
                new RoutingTree(node("route", "route", root, top)),
                AlertsText.orEmpty(text.inhibit()).stream()
                        .map(AlertsFile::inhibition)
                        .toList(),
                AlertsText.orEmpty(text.maintenance()).stream()
                        .map(this::maintenance)
                        .toList(),
                flapping(text.flapping()),
                heartbeat(text.heartbeat()));
    }

    private static FlappingRule flapping(@Nullable FlappingText text) {
        FlappingRule usual = FlappingRule.USUAL;
        return text == null
                ? usual
                : new FlappingRule(
                        text.openings() == null ? usual.openings() : text.openings(),
                        text.within() == null ? usual.within() : duration(text.within()),
                        text.stableFor() == null ? usual.stableFor() : duration(text.stableFor()));
    }

    private Optional<HeartbeatRule> heartbeat(@Nullable HeartbeatText text) {
        return Optional.ofNullable(text).map(written -> {
            String to = required(written.to(), "to of the heartbeat");
            check(List.of(to), receivers.keySet());
            return new HeartbeatRule(
                    Objects.requireNonNull(receivers.get(to)),
                    duration(written.every() == null ? "1m" : written.every()));
        });
    }

    private String fresh(String name) {
        if (receivers.containsKey(name) || people.containsKey(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is the name of two of receivers, people and rotations; rename one of them");
        }
        return name;
    }

    private Receiver receiver(String name, @Nullable ReceiverText written) {
        ReceiverText text = written == null ? ReceiverText.PLAIN : written;
        ZoneId own = zone(text.zone());
        return new Receiver(
                name,
                text.channel() == null ? name : text.channel(),
                text.address() == null ? "" : text.address(),
                own,
                quietHours(text.quietHours(), own),
                AlertsText.orEmpty(text.fallback()),
                confirm(
                        name,
                        text.confirm(),
                        !AlertsText.orEmpty(text.fallback()).isEmpty(),
                        "its fallback"),
                answering(Answering.USUAL, text.may(), text.calendar()));
    }

    /**
     * How long one may take to confirm.
     *
     * @param others whether somebody else, or another way, is named that is tried then
     * @param lacking what to add where there is none
     */
    private static Optional<Duration> confirm(String name, @Nullable String text, boolean others, String lacking) {
        if (text != null && !others) {
            throw new IllegalArgumentException("'" + text + "' is how long " + name
                    + " may take to confirm, but nobody is told then; add " + lacking + ", or remove confirm");
        }
        return Optional.ofNullable(text).map(AlertsFile::duration);
    }

    private static Answering answering(Answering usual, @Nullable List<String> may, @Nullable String calendar) {
        return new Answering(
                may == null ? usual.may() : may.stream().map(Right::parse).collect(Collectors.toSet()),
                usual.outside(),
                Optional.ofNullable(calendar));
    }

    private ZoneId zone(@Nullable String text) {
        return text == null ? zone : Moments.zone(text);
    }

    private static Optional<QuietHours> quietHours(@Nullable List<String> texts, ZoneId zone) {
        return texts == null || texts.isEmpty() ? Optional.empty() : Optional.of(QuietHours.parse(texts, zone));
    }

    /** A person's channels are receivers of their own, each the fallback of the one before. */
    private Person person(String name, PersonText text) {
        ZoneId own = zone(text.zone());
        Optional<QuietHours> quiet = quietHours(text.quietHours(), own);
        Answering answering = answering(usual(text.kind()), text.may(), text.calendar());
        List<Receiver> reachable = new ArrayList<>();
        List<Map.Entry<String, String>> channels = AlertsText.orEmpty(text.channels()).stream()
                .flatMap(channel -> channel.entrySet().stream())
                .toList();
        List<String> names = channelNames(name, channels);
        Optional<Duration> confirm = confirm(name, text.confirm(), channels.size() > 1, "another one of its channels");
        for (int i = 0; i < channels.size(); i++) {
            boolean last = i == channels.size() - 1;
            reachable.add(new Receiver(
                    names.get(i),
                    channels.get(i).getKey(),
                    channels.get(i).getValue(),
                    own,
                    quiet,
                    names.subList(i + 1, names.size()),
                    confirm.filter(time -> !last),
                    answering));
        }
        return new Person(
                name,
                reachable,
                AlertsText.orEmpty(text.subscribe()).stream()
                        .map(Matchers::parse)
                        .toList(),
                text.leastSeverity() == null ? Severity.LOW : Severity.parse(text.leastSeverity()),
                AlertsText.orEmpty(text.ids()));
    }

    /** Of several of one kind the first one is {@code ada/mail}, the second {@code ada/mail-2}, by their order. */
    private List<String> channelNames(String person, List<Map.Entry<String, String>> channels) {
        Set<Map.Entry<String, String>> seen = new HashSet<>();
        Map<String, Integer> kinds = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Map.Entry<String, String> channel : channels) {
            if (!seen.add(channel)) {
                throw new IllegalArgumentException("'" + channel.getKey() + ": " + channel.getValue()
                        + "' stands twice among the channels of " + person + "; remove one of them");
            }
            int number = kinds.merge(channel.getKey(), 1, Integer::sum);
            String name = person + "/" + channel.getKey() + (number == 1 ? "" : "-" + number);
            if (receivers.containsKey(name)) {
                throw new IllegalArgumentException("'" + name + "' is the name of a receiver and of a channel of "
                        + person + "; rename the receiver");
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException("'" + channel.getKey() + "' of " + person + " would be called "
                        + name + ", as another one of its channels is; rename that route, from: alert:"
                        + channel.getKey());
            }
        }
        return List.copyOf(names);
    }

    private static Answering usual(@Nullable String kind) {
        return switch (kind == null ? "person" : kind) {
            case "person" -> Answering.USUAL;
            case "tenant" -> Answering.OUTSIDE;
            default -> throw new IllegalArgumentException("'" + kind + "' is no kind of people; use person or tenant");
        };
    }

    private Rotation rotation(String name, RotationText text) {
        ZoneId own = zone(text.zone());
        List<String> turns = AlertsText.orEmpty(text.people());
        check(turns, people.keySet());
        return new Rotation(
                name,
                own,
                start(name, text.start()),
                Math.toIntExact(
                        duration(text.turn() == null ? "7d" : text.turn()).toDays()),
                turns,
                AlertsText.orEmpty(text.overrides()).stream()
                        .map(override -> override(override, own))
                        .toList());
    }

    private Rotation.Substitute override(OverrideText text, ZoneId own) {
        String person = required(text.person(), "person of an override");
        check(List.of(person), people.keySet());
        return new Rotation.Substitute(
                Moments.parse(required(text.from(), "from of an override"), own),
                Moments.parse(required(text.until(), "until of an override"), own),
                person);
    }

    private static LocalDateTime start(String name, @Nullable String text) {
        String start = required(text, "start of the rotation " + name);
        try {
            return LocalDateTime.parse(start);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + start + "' is no time on a clock; write it such as 2026-01-05T09:00", e);
        }
    }

    private RouteNode node(String path, String name, RouteText text, RouteNode parent) {
        List<String> to = AlertsText.orEmpty(text.to());
        check(to, everyone());
        RouteNode node = new RouteNode(
                path,
                name,
                conditions(text),
                to.isEmpty() ? parent.to() : to,
                Boolean.TRUE.equals(text.continues()),
                text.groupBy() == null ? parent.groupBy() : text.groupBy(),
                timings(parent.timings(), text.timings()),
                text.escalate() == null ? parent.escalations() : escalations(text.escalate()),
                List.of());
        List<RouteNode> children = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (RouteText child : AlertsText.orEmpty(text.routes())) {
            children.add(node(
                    path + ".routes[" + children.size() + "]",
                    fresh(name + " > " + conditions(child), names),
                    child,
                    node));
        }
        return new RouteNode(
                node.path(),
                node.name(),
                node.matchers(),
                node.to(),
                node.continues(),
                node.groupBy(),
                node.timings(),
                node.escalations(),
                children);
    }

    private static Matchers conditions(RouteText text) {
        return Matchers.parse(AlertsText.orEmpty(text.match()));
    }

    /** Of those with the same conditions the second one is called so. */
    private static String fresh(String name, Set<String> taken) {
        String fresh = name;
        for (int number = 2; !taken.add(fresh); number++) {
            fresh = name + " (" + number + ")";
        }
        return fresh;
    }

    private List<Escalation> escalations(List<EscalateText> texts) {
        return texts.stream()
                .map(step -> {
                    check(AlertsText.orEmpty(step.to()), everyone());
                    return new Escalation(
                            duration(required(step.after(), "after of an escalation")), AlertsText.orEmpty(step.to()));
                })
                .sorted(Comparator.comparing(Escalation::after))
                .toList();
    }

    private static Timings timings(Timings usual, @Nullable Map<String, TimingText> texts) {
        Map<Severity, Timing> changed = new EnumMap<>(Severity.class);
        AlertsText.orEmpty(texts).forEach((word, text) -> {
            Severity severity = Severity.parse(word);
            changed.put(severity, timing(usual.of(severity), text));
        });
        return usual.but(changed);
    }

    private static Timing timing(Timing usual, TimingText text) {
        return new Timing(
                text.groupWait() == null ? usual.groupWait() : duration(text.groupWait()),
                text.groupInterval() == null ? usual.groupInterval() : duration(text.groupInterval()),
                text.repeatInterval() == null ? usual.repeatInterval() : repeat(text.repeatInterval()),
                text.digest() == null
                        ? usual.digest().filter(cron -> text.groupWait() == null)
                        : Optional.of(cron(text.digest())));
    }

    private static Optional<Duration> repeat(String text) {
        return text.equals("never") ? Optional.empty() : Optional.of(duration(text));
    }

    private static String cron(String text) {
        try {
            Schedule.parse(text, ZoneOffset.UTC);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no time for a digest: " + e.getMessage(), e);
        }
    }

    private static Inhibition inhibition(InhibitText text) {
        return new Inhibition(
                Matchers.parse(AlertsText.orEmpty(text.source())),
                Matchers.parse(AlertsText.orEmpty(text.target())),
                AlertsText.orEmpty(text.equal()));
    }

    private Maintenance maintenance(MaintenanceText text) {
        List<String> match = AlertsText.orEmpty(text.match());
        if (match.isEmpty()) {
            throw new IllegalArgumentException(
                    "A maintenance matches nothing in particular; add `match: provider=acme`, or whom it is about");
        }
        return new Maintenance(
                Matchers.parse(match),
                quietHours(text.hours(), zone(text.zone()))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "The maintenance of " + match + " has no hours; add `hours: SUN 02:00-04:00`")),
                text.why() == null ? "" : text.why());
    }

    private Set<String> everyone() {
        Set<String> names = new TreeSet<>(receivers.keySet());
        names.addAll(people.keySet());
        names.addAll(rotations.keySet());
        return names;
    }

    private static void check(List<String> names, Set<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is unknown; " + DidYouMean.cure(name, known));
            }
        }
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .filter(duration -> !duration.isNegative())
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no time; write it such as 30s, 5m, 4h or 1d"));
    }

    private static String required(@Nullable String text, String what) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("The " + what + " is missing; add it");
        }
        return text;
    }
}
