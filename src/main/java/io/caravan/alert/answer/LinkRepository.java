package io.caravan.alert.answer;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;

/** What is kept of links. Joins the transaction of its caller. */
final class LinkRepository {
    private static final Query OFFER_SECRET = Query.of("""
            insert into caravan.alert_link_secret (secret, made_at) values (:secret, :at) on conflict do nothing""");

    private static final Query SECRET = Query.of("select secret from caravan.alert_link_secret");

    private static final Query USE = Query.of("""
            insert into caravan.alert_link_use (message, incident, act, who, used_at) values (:message, :incident, :act, :who, :at) on conflict do nothing""");

    private static final Query IS_USED = Query.of("""
            select from caravan.alert_link_use where message = :message and incident = :incident and act = :act""");

    private static final Query FORGET = Query.of("delete from caravan.alert_link_use where used_at < :before");

    private final Database database;

    LinkRepository(Database database) {
        this.database = database;
    }

    /** The kept secret; this one, where none was. */
    String secret(String offered, Instant at) {
        OFFER_SECRET.on(database).set("secret", offered).set("at", at).update();
        return SECRET.on(database).first(row -> row.getString("secret")).orElseThrow();
    }

    /** False: it has been used before. */
    boolean use(AnswerLink link, String who, Instant at) {
        return USE.on(database)
                        .set("message", link.message())
                        .set("incident", link.number())
                        .set("act", link.act().word())
                        .set("who", who)
                        .set("at", at)
                        .update()
                == 1;
    }

    boolean isUsed(AnswerLink link) {
        return IS_USED.on(database)
                .set("message", link.message())
                .set("incident", link.number())
                .set("act", link.act().word())
                .first(row -> true)
                .isPresent();
    }

    /** Uses of links that have expired long since. */
    void forget(Instant now, Duration after) {
        FORGET.on(database).set("before", now.minus(after)).update();
    }
}
