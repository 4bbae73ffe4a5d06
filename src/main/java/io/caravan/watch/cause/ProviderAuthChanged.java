package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Credential;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** More than half of at least two credentials of a provider are refused: it isn't about one of them. */
final class ProviderAuthChanged implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.PROVIDER_AUTH;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("credentials", 2.0, "share", 0.5);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        List<Credential> refused = evidence.credentials().stream()
                .filter(credential -> credential.refused() > 0)
                .toList();
        int all = evidence.credentials().size();
        if (refused.size() < thresholds.number("credentials") || refused.size() <= all * thresholds.number("share")) {
            return Optional.empty();
        }
        boolean streak = refused.stream().anyMatch(credential -> credential.refused() >= 2);
        return Optional.of(new Suspicion(
                streak ? 0.9 : 0.7,
                refused.size() + " of " + all + " credentials of the provider are refused, such as "
                        + CredentialsExpired.refused(refused.get(0))));
    }
}
