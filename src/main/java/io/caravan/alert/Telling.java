package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.routing.Timing;
import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes messages of groups that are due. Joins the transaction of its caller, which has locked the group. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    private static final Duration UNTIL_ROUTED = Duration.ofSeconds(5);

    private final Supplier<AlertRouting> routing;
    private final GroupRepository groups;
    private final ReaderRepository readers;
    private final Silences silences;
    private final DeliveryRepository deliveries;
    private final Outbox outbox;
    private final Escalator escalator;

    /**
     * @param queued is told of each message once it is committed
     */
    Telling(Database database, Supplier<AlertRouting> routing, Consumer<Delivery> queued) {
        this.routing = routing;
        this.groups = new GroupRepository(database);
        this.readers = new ReaderRepository(database);
        this.silences = new Silences(database, routing);
        this.deliveries = new DeliveryRepository(database);
        this.outbox = new Outbox(database, queued);
        this.escalator = new Escalator(database, routing, outbox);
    }

    /** Tells what there is to tell, and notes when to look again. */
    void flush(Group group, Instant now) {
        Optional<Receiver> receiver = routing.get().receiver(group.receiver(), now);
        if (receiver.isEmpty()) {
            disband(group, now);
            return;
        }
        List<Member> members = groups.members(group.id());
        List<Silence> silenced = silences.since(group.toldAt().orElse(now), now);
        List<Member> open =
                members.stream().filter(member -> member.isOpenAt(now)).toList();
        List<Member> shown = open.stream()
                .filter(member -> member.incident().hiddenBy().isEmpty())
                .filter(member -> silence(silenced, member).noneMatch(silence -> silence.holdsAt(now)))
                .map(member -> silence(silenced, member).anyMatch(silence -> silence.isOverAt(now))
                        ? member.unsilenced()
                        : member)
                .toList();
        Optional<Instant> silencedUntil = open.stream()
                .flatMap(member -> silence(silenced, member))
                .map(Silence::until)
                .filter(until -> until.isAfter(now))
                .min(Instant::compareTo);
        Flush flush = Flush.of(
                group,
                shown,
                members.stream().filter(member -> !member.isOpenAt(now)).toList(),
                silencedUntil,
                timing(group, members),
                receiver.get().zone(),
                now);
        flush.kind().ifPresent(kind -> tell(group, kind, flush, now));
        escalator.arm(
                shown.stream()
                        .filter(Member::isNews)
                        .map(Member::incident)
                        .filter(incident -> incident.state() == IncidentState.OPEN)
                        .toList(),
                now);
        withhold(
                group,
                flush,
                open.stream()
                        .filter(member -> !flush.firing().contains(member.incident()))
                        .toList(),
                now);
        groups.leave(group.id(), now);
        groups.flushed(group.id(), flush.next().orElse(null));
    }

    /** Messages that have not gone say nothing of what may not be told now; it is told when it may be. */
    private void withhold(Group group, Flush flush, List<Member> withheld, Instant now) {
        if (withheld.isEmpty()) {
            return;
        }
        List<UUID> incidents =
                withheld.stream().map(Member::incident).map(Incident::id).toList();
        groups.withheld(group.id(), incidents);
        boolean told = withheld.stream().anyMatch(member -> member.told().isPresent());
        if (told && flush.kind().isEmpty()) {
            Set<MessageKind> withdrawn = deliveries.withdraw(group.id());
            if (withdrawn.contains(MessageKind.FIRING)) {
                groups.untold(group.id());
            } else if (!withdrawn.isEmpty()) {
                groups.unheard(group.id());
            }
            if (!withdrawn.isEmpty() && !flush.firing().isEmpty()) {
                MessageKind kind = withdrawn.contains(MessageKind.FIRING) ? MessageKind.FIRING : MessageKind.UPDATE;
                tell(group, kind, flush, now);
            }
        }
    }

    /** Its incidents go where they are routed now; while nobody can say where that is, they wait. */
    private void disband(Group group, Instant now) {
        if (routing.get().receivers().isEmpty()) {
            groups.flushed(group.id(), now.plus(UNTIL_ROUTED));
            return;
        }
        LOG.warn(
                "receiver={} is no longer in config/alerts.yaml; what it knew of goes where it is routed now",
                group.receiver());
        groups.disband(group.id());
    }

    private static Stream<Silence> silence(List<Silence> silenced, Member member) {
        return silenced.stream()
                .filter(silence -> silence.matchers().match(member.incident().matched()));
    }

    private Timing timing(Group group, List<Member> members) {
        List<Incident> incidents = members.stream().map(Member::incident).toList();
        Severity gravest = incidents.stream()
                .map(Incident::severity)
                .min(Severity::compareTo)
                .orElse(Severity.LOW);
        return routing.get().timing(group.path(), gravest, labels(incidents));
    }

    /** Those of the gravest. */
    private static Map<String, String> labels(List<Incident> incidents) {
        return incidents.stream()
                .min(Comparator.comparing(Incident::severity))
                .map(Incident::labels)
                .orElse(Map.of());
    }

    private void tell(Group group, MessageKind kind, Flush flush, Instant now) {
        send(group, kind, flush, now, Stream.concat(Stream.of(group.receiver()), listeners(group, kind)));
        groups.told(group.id(), flush.firing().stream().map(Incident::id).toList(), now);
    }

    /** Those who were told instead of the group's receiver hear how it goes on. */
    private Stream<String> listeners(Group group, MessageKind kind) {
        return switch (kind) {
            case UPDATE -> readers.listeners(group.id(), false).stream();
            case RESOLVED -> readers.listeners(group.id(), true).stream();
            default -> Stream.empty();
        };
    }

    /** Tells others where nobody has acknowledged in time. False: there is no such place. */
    boolean escalate(Instant now) {
        return escalator.escalate(now);
    }

    private void send(Group group, MessageKind kind, Flush flush, Instant now, Stream<String> receivers) {
        receivers
                .flatMap(name -> routing.get().receiver(name, now).stream())
                .distinct()
                .forEach(receiver -> outbox.queue(group.id(), kind, flush, receiver, now));
    }
}
