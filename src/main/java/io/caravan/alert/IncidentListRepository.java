package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Incidents as people look at them. */
public final class IncidentListRepository {
    private static final Query PAGE = Query.of("select " + IncidentRepository.COLUMNS + """
             from caravan.alert_incident
            where state = any(:states) and severity = any(:severities) and labels @> :labels::jsonb
              and (number < :before or :before = 0)
              and (strpos(lower(summary || ' ' || key), lower(:text)) > 0 or :text = '')
            order by number desc
            limit :limit""");

    private static final Query MESSAGES = Query.of("""
            select id, receiver, channel, severity, kind, state, message ->> 'summary' as summary, signal_at, due_at, sent_at, delivered_at, read_at, tries, error
              from caravan.alert_delivery
             where signal_at >= :since
               and (message -> 'incidents' @> :incident::jsonb or message -> 'ended' @> :incident::jsonb)
             order by id
             limit :limit""");

    private final Database database;

    IncidentListRepository(Database database) {
        this.database = database;
    }

    /**
     * Which ones.
     *
     * @param states empty: all
     * @param severities empty: all
     * @param labels that they have
     * @param text a part of summary or key; empty: any
     */
    public record Filter(Set<IncidentState> states, Set<Severity> severities, Map<String, String> labels, String text) {
        public Filter {
            states = states.isEmpty() ? Set.of(IncidentState.values()) : Set.copyOf(states);
            severities = severities.isEmpty() ? Set.of(Severity.values()) : Set.copyOf(severities);
            labels = Map.copyOf(labels);
        }
    }

    /** The newest first, those of lower numbers than {@code before}; 0: all. */
    List<Incident> page(Filter filter, long before, int limit) {
        return PAGE.on(database)
                .set("states", filter.states().stream().map(Enum::name).toList())
                .set("severities", filter.severities().stream().map(Enum::name).toList())
                .set("labels", Json.text(filter.labels()))
                .set("text", filter.text())
                .set("before", before)
                .set("limit", limit)
                .list(IncidentRepository::incident);
    }

    /** The messages that tell of an incident, the oldest first. */
    List<DeliveryListRepository.Row> messages(Incident incident, int limit) {
        return MESSAGES.on(database)
                .set("since", incident.openedAt())
                .set("incident", Json.text(List.of(Map.of("id", incident.id().toString()))))
                .set("limit", limit)
                .list(DeliveryListRepository::row);
    }
}
