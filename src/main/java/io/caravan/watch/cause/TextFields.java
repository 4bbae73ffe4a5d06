package io.caravan.watch.cause;

import io.caravan.watch.cause.CauseRule.Suspicion;
import io.caravan.watch.cause.Evidence.Credential;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What texts may ask for. A draft to a customer may only ask for what the customer knows: no answers of the provider, which may quote what was sent to it, and no names of our files.
 */
final class TextFields {
    static final Set<String> FOR_CUSTOMERS =
            Set.of("series", "provider", "credential", "tenant", "since", "duration", "members", "day");

    static final Set<String> FOR_US = Stream.concat(
                    FOR_CUSTOMERS.stream(),
                    Stream.of(
                            "because",
                            "status",
                            "answer",
                            "otherCredential",
                            "meanwhile",
                            "lag",
                            "change",
                            "drift",
                            "sample"))
            .collect(Collectors.toUnmodifiableSet());

    private TextFields() {}

    static Map<String, String> of(Evidence evidence, Suspicion suspicion) {
        Trouble trouble = evidence.trouble();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("series", trouble.series());
        values.put("provider", trouble.provider().orElse("the provider"));
        values.put(
                "credential",
                evidence.credential()
                        .map(Credential::name)
                        .or(trouble::credential)
                        .orElse("main"));
        // a provider or credential whose fleets are of many tenants, or of none, is nobody's name
        values.put("tenant", trouble.tenant().orElse(trouble.fleet() ? trouble.series() : "customer"));
        values.put("since", Words.time(trouble.since(), trouble.zone()));
        values.put("duration", Words.duration(trouble.duration()));
        values.put("members", Words.count(trouble.members(), "fleet", "fleets"));
        values.put("day", trouble.specialDay().orElse("an ordinary day"));
        values.put("because", suspicion.because());
        values.put(
                "status",
                evidence.credential().map(each -> String.valueOf(each.status())).orElse("none"));
        values.put("answer", evidence.calls().newestError().orElse("none"));
        values.put("otherCredential", other(evidence));
        values.put("meanwhile", meanwhile(evidence));
        values.put("lag", evidence.polling().lag().map(Words::duration).orElse("unknown"));
        values.put(
                "change",
                evidence.changes().stream()
                        .findFirst()
                        .map(Evidence.Change::sentence)
                        .orElse("none"));
        values.put("drift", evidence.drift().map(SchemaChanged::diff).orElse("none"));
        values.put("sample", evidence.drift().map(Evidence.FieldDrift::sample).orElse("none"));
        return values;
    }

    /** What calls can go on with while a credential is refused. */
    private static String meanwhile(Evidence evidence) {
        String provider = evidence.trouble().provider().orElse("the provider");
        Optional<Credential> refused = evidence.credential();
        Optional<Credential> other = evidence.credentials().stream()
                .filter(each -> refused.filter(each::equals).isEmpty())
                .findFirst();
        if (other.filter(Credential::inUse).isPresent()) {
            return "Calls go on with the other credential, '" + other.get().name() + "'.";
        } else if (other.filter(each -> each.refused() > 0).isPresent()) {
            return "The other credential, '" + other.get().name() + "', was refused too when it was last tried.";
        }
        return "If the provider has a second credential, use it meanwhile: caravan poll switch " + provider;
    }

    private static String other(Evidence evidence) {
        return evidence.credentials().stream()
                .filter(each -> !each.inUse())
                .findFirst()
                .map(Credential::name)
                .orElse("none");
    }
}
