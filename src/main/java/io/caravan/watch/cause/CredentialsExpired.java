package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Credential;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several calls in a row with one credential got 401 or 403, though a fresh token was tried where there are tokens, while another one is let in. */
final class CredentialsExpired implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.CREDENTIALS;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("refusals", 2.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        double least = thresholds.number("refusals");
        return evidence.credential()
                .filter(credential -> credential.refused() >= least)
                .map(credential -> suspicion(credential, peers(evidence, credential), least));
    }

    private static List<Credential> peers(Evidence evidence, Credential credential) {
        return evidence.credentials().stream()
                .filter(each -> !each.name().equals(credential.name()))
                .toList();
    }

    /** Without peers nobody can tell whether it is this credential or the provider's way of letting anybody in. */
    private static Suspicion suspicion(Credential credential, List<Credential> peers, double least) {
        String refused = refused(credential);
        long letIn = peers.stream()
                .filter(peer -> peer.refused() == 0 && peer.accepted() > 0)
                .count();
        if (letIn > 0) {
            return new Suspicion(
                    0.95,
                    refused + ", while " + Words.count(letIn, "other credential is", "other credentials are")
                            + " let in");
        }
        boolean othersRefusedToo = peers.stream().anyMatch(peer -> peer.refused() >= least);
        boolean worked = credential.lastAccepted().isPresent();
        return new Suspicion(othersRefusedToo ? 0.5 : worked ? 0.85 : 0.75, refused);
    }

    static String refused(Credential credential) {
        return "credential '" + credential.name() + "' was refused with " + credential.status() + " "
                + Words.times(credential.refused()) + " in a row"
                + (credential.renewals() > 0 ? ", also with a fresh access token" : "");
    }
}
