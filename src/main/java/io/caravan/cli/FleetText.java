package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetReports.Line;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.Spoken;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/** How series and episodes are written for people and for programs. */
final class FleetText {
    private FleetText() {}

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String moment(Optional<Instant> at, Instant now, ZoneId zone) {
        return at.map(each -> Spoken.moment(each, now, zone)).orElse("-");
    }

    static ObjectNode json(Line line) {
        ObjectNode node = Subcommand.object()
                .put("name", line.series().name())
                .put("kind", word(line.series().kind()))
                .put("state", word(line.standing().state()))
                .put("since", line.standing().since().toString())
                .put("lastPacketAt", text(line.lastPacket()))
                .put("expectedPacketsThisHour", line.expectedNow())
                .put("score", line.standing().score())
                .put("lateAt", text(line.standing().lateAt()))
                .put("silentAt", text(line.standing().alarmAt()))
                .put("provider", line.profile().provider().orElse(null))
                .put("tenant", line.profile().tenant().orElse(null))
                .put("credential", line.profile().credential().orElse(null))
                .put("region", line.profile().region().orElse(null))
                .put("owner", line.profile().owner().orElse(null))
                .put("zone", Moments.name(line.zone()));
        node.set("trouble", line.trouble().map(FleetText::json).orElse(null));
        return node;
    }

    static ObjectNode json(Episode episode) {
        return Subcommand.object()
                .put("episode", episode.id().toString())
                .put("trouble", episode.kind().word())
                .put("since", episode.since().toString())
                .put("openedAt", episode.openedAt().toString())
                .put("closedAt", text(episode.closedAt()))
                .put("returnedAt", text(episode.returned()))
                .put("severity", episode.severity().word())
                .put("cause", episode.cause().map(Cause::word).orElse(null))
                .put("confidence", episode.confidence())
                .put("told", episode.told())
                .put("parent", episode.parent().map(Object::toString).orElse(null))
                .put("members", episode.members())
                .put("confirmedAt", text(episode.confirmed()))
                .put("sentence", episode.sentence());
    }

    static @org.jspecify.annotations.Nullable String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
