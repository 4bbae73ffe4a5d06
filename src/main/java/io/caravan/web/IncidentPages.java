package io.caravan.web;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.DeliveryListRepository;
import io.caravan.alert.Incident;
import io.caravan.alert.IncidentListRepository.Filter;
import io.caravan.alert.IncidentState;
import io.caravan.alert.Silence;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.AnswerLink;
import io.caravan.alert.answer.Answerer;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.Answers.Offer;
import io.caravan.alert.answer.MessageLinks;
import io.caravan.alert.answer.Outcome;
import io.caravan.alert.answer.PageReader;
import io.caravan.alert.answer.Wish;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Pages about incidents, and what follows a link; knows no HTTP. */
final class IncidentPages {
    private static final int LISTED = 200;
    private static final int MESSAGES = 50;

    /** What nobody cares for before what somebody does, then the gravest first, then the newest. */
    private static final Comparator<Incident> WHAT_NEEDS_SOMEBODY_FIRST = Comparator.comparing(Incident::state)
            .thenComparing(Incident::severity)
            .thenComparing(Incident::number, Comparator.reverseOrder());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final AlertDesk desk;
    private final Answers answers;
    private final MessageLinks links;
    private final Buttons buttons;
    private final Templates templates;

    IncidentPages(AlertDesk desk, Answers answers, MessageLinks links, Templates templates) {
        this.desk = desk;
        this.answers = answers;
        this.links = links;
        this.buttons = new Buttons(answers, links);
        this.templates = templates;
    }

    /** Those that are open, and the newest of the others. */
    Page list() {
        ZoneId zone = ZoneId.systemDefault();
        List<Incident> open = desk.incidents(filter(IncidentState.OPEN, IncidentState.ACKNOWLEDGED), 0, LISTED).stream()
                .sorted(WHAT_NEEDS_SOMEBODY_FIRST)
                .toList();
        List<Incident> over = desk.incidents(filter(IncidentState.RESOLVED), 0, 20);
        return Page.html(
                200,
                templates.fill(
                        "incidents.ftlh",
                        Map.of(
                                "root", "",
                                "open", answerable(open, zone),
                                "over", told(over, zone),
                                "silences", silences(zone))));
    }

    private List<Map<String, Object>> answerable(List<Incident> incidents, ZoneId zone) {
        return incidents.stream()
                .map(incident -> {
                    Map<String, Object> told = JSON.convertValue(desk.told(incident, zone), OBJECT);
                    told.put("answers", buttons.of(incident, Answers.pageReader()));
                    return told;
                })
                .toList();
    }

    private List<Map<String, Object>> silences(ZoneId zone) {
        return desk.incidents().silences().stream()
                .map(silence -> {
                    Map<String, Object> told = silence(silence, zone);
                    told.put("answers", buttons.of(silence, Answers.pageReader()));
                    return told;
                })
                .toList();
    }

    private static Map<String, Object> silence(Silence silence, ZoneId zone) {
        return new HashMap<>(Map.of(
                "number", String.valueOf(silence.id()),
                "conditions", silence.matchers().toString(),
                "from", Buttons.time(silence.from(), zone),
                "until", Buttons.time(silence.until(), zone),
                "who", silence.who(),
                "why", silence.why()));
    }

    private static Filter filter(IncidentState... states) {
        return new Filter(Set.of(states), Set.of(), Map.of(), "");
    }

    private List<Map<String, Object>> told(List<Incident> incidents, ZoneId zone) {
        return incidents.stream()
                .map(incident -> JSON.convertValue(desk.told(incident, zone), OBJECT))
                .toList();
    }

    /** One, for whoever reads our pages. */
    Page show(String number) {
        Optional<Incident> incident =
                number.matches("[0-9]{1,18}") ? desk.incidents().find(Long.parseLong(number)) : Optional.empty();
        return incident.map(found -> show(found, Answers.pageReader(), UUID.randomUUID()))
                .orElseGet(() -> told(404, "There is no incident " + number + ".", Optional.empty()));
    }

    private Page show(Incident incident, Answerer reader, UUID message) {
        ZoneId zone = reader.receiver().zone();
        Map<String, Object> model = new HashMap<>(Map.of(
                "root", "../",
                "incident", JSON.convertValue(desk.told(incident, zone), OBJECT),
                "fromPages", reader.receiver().name().equals(PageReader.NAME),
                "timeline",
                        desk.incidents().timeline(incident).stream()
                                .map(entry -> Map.of(
                                        "at", Buttons.time(entry.at(), zone),
                                        "iso", entry.at().toString(),
                                        "who", entry.who(),
                                        "action", entry.action(),
                                        "detail", entry.detail()))
                                .toList(),
                "messages",
                        desk.messages(incident, MESSAGES).stream()
                                .map(delivery -> message(delivery, zone))
                                .toList(),
                "answers", buttons.of(incident, reader, message)));
        desk.incidents()
                .silencedUntil(incident)
                .ifPresent(until -> model.put("silencedUntil", Buttons.time(until, zone)));
        model.put(
                "unsilences",
                desk.incidents().silencesOf(incident).stream()
                        .flatMap(silence -> buttons.of(silence, reader).stream())
                        .toList());
        desk.hiding(incident).ifPresent(hiding -> model.put("hiding", brief(hiding)));
        model.put(
                "hidden",
                desk.hiddenBy(incident, LISTED).stream()
                        .map(IncidentPages::brief)
                        .toList());
        incident.resolvedAt().ifPresent(at -> model.put("resolvedTime", Buttons.time(at, zone)));
        return Page.html(200, templates.fill("incident.ftlh", model));
    }

    private static Map<String, String> brief(Incident incident) {
        return Map.of("number", String.valueOf(incident.number()), "summary", incident.summary());
    }

    private static Map<String, Object> message(DeliveryListRepository.Row delivery, ZoneId zone) {
        Instant at = delivery.sentAt().orElse(delivery.dueAt());
        return Map.of(
                "receiver", delivery.receiver(),
                "kind", delivery.kind().name().toLowerCase(Locale.ROOT),
                "state", delivery.state().name().toLowerCase(Locale.ROOT),
                "at", Buttons.time(at, zone),
                "iso", at.toString(),
                "error", delivery.error().orElse(""));
    }

    /** What is behind a link: the incident, or what the link would do and a button to do it. Changes nothing. */
    Page look(String token) {
        Offer offer = answers.look(token);
        if (offer.obstacle().isPresent()) {
            return told(offer.obstacle().get(), offer.link());
        }
        return offer.link().orElseThrow().act() == Act.SEE
                ? show(
                        offer.incident().orElseThrow(),
                        offer.answerer().orElseThrow(),
                        offer.link().orElseThrow().message())
                : offer(200, offer, Wish.NONE, "");
    }

    /**
     * What a link would do, with a button to do it.
     *
     * @param wish what was written into its form before
     * @param mistake what is wrong with that
     */
    private Page offer(int status, Offer offer, Wish wish, String mistake) {
        Act act = offer.link().orElseThrow().act();
        Answerer reader = offer.answerer().orElseThrow();
        ZoneId zone = reader.receiver().zone();
        Map<String, Object> model = new HashMap<>(Map.of(
                "root", "../",
                "act", act.title(),
                "word", act.word(),
                "reader", reader.name(),
                "mistake", mistake,
                "why", wish.why()));
        offer.incident()
                .ifPresent(incident -> model.put("incident", JSON.convertValue(desk.told(incident, zone), OBJECT)));
        offer.silence().ifPresent(silence -> model.put("silence", silence(silence, zone)));
        if (act == Act.EXPECT) {
            LocalDateTime usual = LocalDateTime.ofInstant(answers.nextWorkday(reader), zone);
            model.put(
                    "until",
                    wish.until().isEmpty()
                            ? usual.truncatedTo(ChronoUnit.MINUTES).toString()
                            : wish.until());
            model.put("zone", zone.getRules().isFixedOffset() ? Buttons.zone(zone) : zone.getId());
        }
        return Page.html(status, templates.fill("offer.ftlh", model));
    }

    /** Follows a link. */
    Page follow(String token, Wish wish, boolean asText) {
        Outcome outcome = answers.follow(token, wish);
        if (asText) {
            return Page.plain(status(outcome), outcome.sentence());
        }
        Offer offer = answers.look(token);
        return outcome.kind() == Outcome.Kind.UNCLEAR && offer.obstacle().isEmpty()
                ? offer(status(outcome), offer, wish, outcome.sentence())
                : told(outcome, offer.link());
    }

    private Page told(Outcome outcome, Optional<AnswerLink> link) {
        Optional<String> back = link.filter(known -> outcome.incident().isPresent())
                .map(known -> known.receiver().equals(PageReader.NAME)
                        ? "/alerts/" + known.number()
                        : links.path(Act.SEE, known.number(), known.receiver(), known.message()));
        Optional<String> list =
                link.filter(known -> known.act() == Act.UNSILENCE).map(known -> "/alerts");
        return told(status(outcome), outcome.sentence(), back.or(() -> list));
    }

    private Page told(int status, String sentence, Optional<String> back) {
        Map<String, Object> model = new HashMap<>(Map.of("root", "../", "sentence", sentence, "done", status == 200));
        back.ifPresent(path -> model.put("back", path));
        return Page.html(status, templates.fill("outcome.ftlh", model));
    }

    static int status(Outcome outcome) {
        return switch (outcome.kind()) {
            case DONE -> 200;
            case ALREADY, UNFIT -> 409;
            case UNCLEAR -> 400;
            case USED, EXPIRED -> 410;
            case FORGED, REFUSED -> 403;
            case UNKNOWN -> 404;
        };
    }
}
