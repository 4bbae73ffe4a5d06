package io.caravan.watch.cause;

import static io.caravan.watch.cause.EvidenceOf.AT;
import static io.caravan.watch.cause.EvidenceOf.SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.FieldDrift;
import io.caravan.watch.cause.Evidence.Others;
import io.caravan.watch.cause.Evidence.Polling;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CausesTest {
    private final Causes causes = new Causes(CauseFiles.in(Path.of("no-such-folder"), Clock.systemUTC()));

    private Finding find(EvidenceOf evidence) {
        return causes.find(evidence.get());
    }

    @Test
    void aCredentialThatIsRefusedWhileAnotherIsLetInHasExpired() {
        Finding finding = find(new EvidenceOf().refused("main", 2, true).refused("second", 0, false));
        assertThat(finding.cause()).isEqualTo(Cause.CREDENTIALS);
        assertThat(finding.severity()).isEqualTo(Severity.HIGH);
        assertThat(finding.confidence()).isEqualTo(0.95);
        assertThat(finding.sentence())
                .isEqualTo("credential 'main' was refused with 401 twice in a row, while 1 other credential is let in");
    }

    @Test
    void theRemedySaysWithWhatCallsGoOn() {
        Causes shipped = new Causes(CauseFiles.in(Path.of("config/causes"), Clock.systemUTC()));
        EvidenceOf inUse = new EvidenceOf().refused("main", 2, true).refused("second", 0, false);
        assertThat(shipped.find(inUse.get()).remedy()).contains("use it meanwhile: caravan poll switch acme");

        Trouble ofTheSpare = Trouble.ofFleet("acme/north", "acme", EvidenceOf.SINCE, EvidenceOf.AT)
                .withCredential("main");
        EvidenceOf spare =
                new EvidenceOf().trouble(ofTheSpare).refused("main", 4, false).refused("second", 0, true);
        assertThat(shipped.find(spare.get()).remedy())
                .contains("Calls go on with the other credential, 'second'.")
                .doesNotContain("poll switch");
    }

    @Test
    void theOnlyCredentialCanExpireToo() {
        assertThat(find(new EvidenceOf().refused("main", 2, true)).cause()).isEqualTo(Cause.CREDENTIALS);
    }

    @Test
    void oneRefusalIsNoStreak() {
        assertThat(find(new EvidenceOf().refused("main", 1, true)).cause()).isNotEqualTo(Cause.CREDENTIALS);
    }

    @Test
    void whenMostCredentialsAreRefusedItIsTheProvider() {
        Finding finding = find(new EvidenceOf().refused("main", 3, true).refused("second", 1, false));
        assertThat(finding.cause()).isEqualTo(Cause.PROVIDER_AUTH);
    }

    @Test
    void tooManyCallsAreAQuota() {
        Finding finding = find(new EvidenceOf().calls(new Calls(20, 5, 0, 100, 15, 0, 0, 0, 0, 0, Optional.of("429"))));
        assertThat(finding.cause()).isEqualTo(Cause.QUOTA);
        assertThat(finding.severity()).isEqualTo(Severity.MEDIUM);
    }

    @Test
    void ourOwnLimitIsAQuotaToo_andWorseWhenWeFallFarBehind() {
        Polling held = new Polling(
                1,
                0,
                Optional.of(AT),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("BUDGET"),
                Optional.of(Duration.ofMinutes(90)));
        Finding finding = find(new EvidenceOf().polling(held));
        assertThat(finding.cause()).isEqualTo(Cause.QUOTA);
        assertThat(finding.severity()).isEqualTo(Severity.HIGH);
        assertThat(finding.sentence())
                .isEqualTo("our own budget holds calls back, and the newest record is 1 h 30 min old");
        assertThat(finding.evidence()).contains(new Fact("held back by", "our own budget"));
    }

    @Test
    void callsThatFailAreAnOutage_withoutBlameForTheCustomer() {
        Finding finding = find(new EvidenceOf()
                .trouble(Trouble.ofProvider("acme", 12, SINCE, AT))
                .calls(new Calls(9, 0, 0, 0, 0, 0, 7, 2, 0, 0, Optional.of("503"))));
        assertThat(finding.cause()).isEqualTo(Cause.PROVIDER_OUTAGE);
        assertThat(finding.customerDraft()).isEmpty();
        assertThat(finding.sentence()).isEqualTo("9 of 9 calls failed: 7 server errors, 2 without an answer");
    }

    @Test
    void silenceOfAllFleetsWithEmptyAnswersIsAnOutage() {
        assertThat(find(new EvidenceOf()
                                .trouble(Trouble.ofProvider("acme", 12, SINCE, AT))
                                .emptyAnswers()
                                .others(new Others(3, 0, 12, 12)))
                        .cause())
                .isEqualTo(Cause.PROVIDER_OUTAGE);
    }

    @Test
    void oneRefusedCallOfAProviderWithManyFleetsIsNoOutage() {
        assertThat(find(new EvidenceOf()
                                .trouble(Trouble.ofProvider("acme", 12, SINCE, AT))
                                .refused("main", 1, true)
                                .calls(new Calls(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, Optional.of("401")))
                                .others(new Others(0, 0, 0, 0)))
                        .cause())
                .isEqualTo(Cause.UNKNOWN);
    }

    @Test
    void rejectedRecordsWithOtherFieldsAreAChangeOfTheSchema() {
        Finding finding = find(new EvidenceOf()
                .rejects(5_900, 0)
                .drift(new FieldDrift(Set.of("speed"), Set.of("velocity", "velocity.unit"), "{\"velocity\":…")));
        assertThat(finding.cause()).isEqualTo(Cause.SCHEMA);
        assertThat(finding.sentence())
                .isEqualTo("5900 of 6000 records were rejected: gone speed; new velocity, velocity.unit");
        assertThat(finding.evidence()).extracting(Fact::label).contains("sample", "fields");
    }

    @Test
    void pagesThatAreNoneAreAChangeOfTheSchema() {
        assertThat(find(new EvidenceOf()
                                .calls(new Calls(4, 0, 0, 0, 0, 0, 0, 0, 0, 4, Optional.of("no array at /data")))
                                .rejects(0, 1))
                        .cause())
                .isEqualTo(Cause.SCHEMA);
    }

    @Test
    void whatBeganAfterADeployAtSeveralProvidersIsOurs() {
        Finding finding = find(new EvidenceOf()
                .calls(new Calls(9, 0, 0, 0, 0, 0, 0, 0, 9, 0, Optional.of("404")))
                .others(new Others(3, 2, 0, 0))
                .changed("version", SINCE.minus(Duration.ofMinutes(5))));
        assertThat(finding.cause()).isEqualTo(Cause.OWN_DEPLOY);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.sentence())
                .isEqualTo(
                        "version 1.4.0 became 1.5.0 on node-1 5 min from when it began, and 3 providers are in trouble");
    }

    @Test
    void aDeployAnHourBeforeIsNotToBlame() {
        assertThat(find(new EvidenceOf()
                                .calls(new Calls(9, 0, 0, 0, 0, 0, 9, 0, 0, 0, Optional.empty()))
                                .others(new Others(3, 2, 0, 0))
                                .changed("version", SINCE.minus(Duration.ofHours(1))))
                        .cause())
                .isEqualTo(Cause.PROVIDER_OUTAGE);
    }

    @Test
    void emptyAnswersOnAHolidayAreNoReasonToWakeAnybody() {
        Finding finding = find(new EvidenceOf()
                .trouble(Trouble.ofFleet("acme/north", "acme", SINCE, AT).on("King's Day in NL"))
                .emptyAnswers());
        assertThat(finding.cause()).isEqualTo(Cause.HOLIDAY);
        assertThat(finding.severity()).isEqualTo(Severity.LOW);
    }

    @Test
    void aFleetThatIsSilentAmongOthersThatSendIsOff() {
        Finding finding = find(new EvidenceOf());
        assertThat(finding.cause()).isEqualTo(Cause.FLEET_OFF);
        assertThat(finding.sentence()).isEqualTo("the provider answers, and 20 other fleets of it send");
    }

    @Test
    void whereNobodyPollsTheSilenceIsOurs() {
        Polling none = new Polling(
                1,
                0,
                Optional.of(SINCE),
                Optional.of(Duration.ofMinutes(2)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Finding finding = find(new EvidenceOf().calls(Calls.NONE).polling(none));
        assertThat(finding.cause()).isEqualTo(Cause.OWN_SCHEDULER);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void whoPollsOnceADayIsNotDead() {
        Polling daily = new Polling(
                1,
                0,
                Optional.of(AT.minus(Duration.ofHours(20))),
                Optional.of(Duration.ofHours(24)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(find(new EvidenceOf().calls(Calls.NONE).polling(daily)).cause())
                .isEqualTo(Cause.UNKNOWN);
    }

    @Test
    void aPauseByHandSaysWhoseItIs() {
        Polling paused = new Polling(
                1,
                0,
                Optional.of(SINCE),
                Optional.empty(),
                Optional.empty(),
                Optional.of("by anna, contract ends"),
                Optional.empty(),
                Optional.empty());
        assertThat(find(new EvidenceOf().calls(Calls.NONE).polling(paused)).sentence())
                .isEqualTo("polling is paused: by anna, contract ends");
    }

    @Test
    void withoutEvidenceTheCauseIsUnknown() {
        Finding finding = causes.find(Evidence.none(EvidenceOf.trouble()));
        assertThat(finding.cause()).isEqualTo(Cause.UNKNOWN);
        assertThat(finding.isKnown()).isFalse();
        assertThat(finding.remedy()).isNotBlank();
    }

    @Test
    void otherSuspicionsAreTold() {
        Finding finding = find(new EvidenceOf()
                .refused("main", 2, true)
                .calls(new Calls(9, 1, 0, 10, 0, 2, 6, 0, 0, 0, Optional.of("503"))));
        assertThat(finding.cause()).isEqualTo(Cause.CREDENTIALS);
        assertThat(finding.evidence())
                .anySatisfy(fact -> assertThat(fact.value()).startsWith("provider-outage (70 %)"));
    }

    @Test
    void eachCauseButTheUnknownHasOneRule() {
        assertThat(Causes.RULES)
                .extracting(CauseRule::cause)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Cause.values())
                        .filter(cause -> cause != Cause.UNKNOWN)
                        .toList());
    }
}
