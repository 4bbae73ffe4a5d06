package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Inhibition;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Lets what hides and what is hidden see each other: while a transaction opens or ends the outage of a provider, none opens a problem of one of its fleets, though problems of fleets open beside one another.
 * To be taken before anything else. Joins the transaction of its caller.
 */
final class InhibitionLock {
    private static final Query ALONE = Query.of("select pg_advisory_xact_lock(hashtextextended(:what, 0))");
    private static final Query TOGETHER = Query.of("select pg_advisory_xact_lock_shared(hashtextextended(:what, 0))");

    private final Database database;
    private final Supplier<AlertRouting> routing;

    InhibitionLock(Database database, Supplier<AlertRouting> routing) {
        this.database = database;
        this.routing = routing;
    }

    /** For incidents with these labels, until the transaction ends. */
    void lock(List<Map<String, String>> incidents) {
        TreeMap<String, Boolean> aloneByWhat = new TreeMap<>();
        for (Inhibition inhibition : routing.get().inhibitions()) {
            for (Map<String, String> labels : incidents) {
                boolean hides = inhibition.source().match(labels);
                if (hides || inhibition.target().match(labels)) {
                    aloneByWhat.merge(what(inhibition, labels), hides, Boolean::logicalOr);
                }
            }
        }
        aloneByWhat.forEach((what, alone) ->
                (alone ? ALONE : TOGETHER).on(database).set("what", what).first(row -> true));
    }

    private static String what(Inhibition inhibition, Map<String, String> labels) {
        TreeMap<String, String> shared = new TreeMap<>();
        inhibition.equal().forEach(label -> shared.put(label, labels.getOrDefault(label, "")));
        return "alert/" + inhibition.source() + "/" + inhibition.target() + "/" + shared;
    }
}
