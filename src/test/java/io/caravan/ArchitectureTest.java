package io.caravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Imports point one way: foundations, features, what shows them, Main. */
@AnalyzeClasses(packages = "io.caravan", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
    /** Wherever they were compiled to. */
    static final class WithoutTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    private static final String[] FOUNDATIONS = {
        "io.caravan.calendar..", "io.caravan.database..", "io.caravan.batch..", "io.caravan.routes.."
    };
    private static final String[] FEATURES = {
        "io.caravan.poll..",
        "io.caravan.dedup..",
        "io.caravan.load..",
        "io.caravan.dag..",
        "io.caravan.watch..",
        "io.caravan.alert.."
    };
    private static final String[] FACES = {
        "io.caravan.telemetry..", "io.caravan.api..", "io.caravan.web..", "io.caravan.cli..", "io.caravan.simulator.."
    };
    private static final DescribedPredicate<JavaClass> CAMEL_CLASSES = DescribedPredicate.describe(
            "Camel's faces of a feature (Component, Endpoint, Consumer, Producer, IdempotentRepository, converters)",
            type -> {
                String name = outermost(type).getSimpleName();
                return name.endsWith("Component")
                        || name.endsWith("Endpoint")
                        || name.endsWith("Consumer")
                        || name.endsWith("Producer")
                        || name.endsWith("IdempotentRepository")
                        || name.endsWith("Converters")
                        || name.endsWith("ConvertersLoader")
                        || name.endsWith("Configurer")
                        || name.endsWith("UriFactory")
                        || name.endsWith("Headers");
            });
    private static final DescribedPredicate<JavaClass> SQL_CLASSES = DescribedPredicate.describe(
            "repositories and load's SQL classes",
            type -> outermost(type).getSimpleName().endsWith("Repository")
                    || type.getPackageName().startsWith("io.caravan.load"));

    @ArchTest
    static final ArchRule roomsFormNoCycles =
            slices().matching("io.caravan.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule foundationsKnowNoFeature = noClasses()
            .that()
            .resideInAnyPackage(FOUNDATIONS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(join(FEATURES, FACES));

    @ArchTest
    static final ArchRule featuresKnowNoFace = noClasses()
            .that()
            .resideInAnyPackage(FEATURES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FACES);

    @ArchTest
    static final ArchRule featuresNeverImportOneAnother = slices().matching(
                    "io.caravan.(poll|dedup|load|dag|watch|alert)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule facesKnowNoOtherFace = slices().matching("io.caravan.(telemetry|api|web|simulator)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule theApiAsksFeaturesAndNoTable = noClasses()
            .that()
            .resideInAPackage("io.caravan.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "io.caravan.database..");

    @ArchTest
    static final ArchRule onlyTheApisFacesImportCamel = noClasses()
            .that()
            .resideInAPackage("io.caravan.api..")
            .and()
            .haveSimpleNameNotEndingWith("Api")
            .and()
            .doNotHaveSimpleName("Request")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule patternsAreDetectedWithoutTheRestOfTheRoom = noClasses()
            .that()
            .resideInAPackage("io.caravan.watch.detect..")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are others of io.caravan.watch",
                    type -> type.getPackageName().startsWith("io.caravan.watch")
                            && !type.getPackageName().startsWith("io.caravan.watch.detect")));

    @ArchTest
    static final ArchRule theRoomsOfTheWatchFormNoCycles =
            slices().matching("io.caravan.watch.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule whatIsWrittenOfFleetsKnowsNoWatchdog = noClasses()
            .that()
            .resideInAnyPackage("io.caravan.watch.fleet..", "io.caravan.watch.history..", "io.caravan.watch.cause..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.caravan.watch",
                    "io.caravan.watch.series..",
                    "io.caravan.watch.arrivals..",
                    "io.caravan.watch.episode..",
                    "io.caravan.watch.expect..",
                    "io.caravan.watch.judge..");

    /** From what is watched over what came, what is told and what is expected to the verdict; who acts on it knows them all. */
    @ArchTest
    static final ArchRule theWatchdogsPartsKnowOnlyThoseBeforeThem = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.caravan.watch..")
            .layer("series")
            .definedBy("io.caravan.watch.series..")
            .layer("arrivals")
            .definedBy("io.caravan.watch.arrivals..")
            .layer("episode")
            .definedBy("io.caravan.watch.episode..")
            .layer("expect")
            .definedBy("io.caravan.watch.expect..")
            .layer("judge")
            .definedBy("io.caravan.watch.judge..")
            .layer("watch")
            .definedBy("io.caravan.watch")
            .whereLayer("series")
            .mayOnlyBeAccessedByLayers("arrivals", "episode", "expect", "judge", "watch")
            .whereLayer("arrivals")
            .mayOnlyBeAccessedByLayers("judge", "watch")
            .whereLayer("episode")
            .mayOnlyBeAccessedByLayers("expect", "judge", "watch")
            .whereLayer("expect")
            .mayOnlyBeAccessedByLayers("judge", "watch")
            .whereLayer("judge")
            .mayOnlyBeAccessedByLayers("watch")
            .whereLayer("watch")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packagesOfWorkflowsKnowOnlyThoseBeforeThem = eachKnowsOnlyThoseBefore(
            "io.caravan.dag.definition",
            "io.caravan.dag.schedule",
            "io.caravan.dag.run",
            "io.caravan.dag.event",
            "io.caravan.dag.engine",
            "io.caravan.dag.steering",
            "io.caravan.dag");

    @ArchTest
    static final ArchRule whatFollowsInAWorkflowIsDecidedWithoutDatabase = noClasses()
            .that()
            .resideInAnyPackage("io.caravan.dag.definition", "io.caravan.dag.schedule", "io.caravan.dag.run")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.caravan.database..");

    @ArchTest
    static final ArchRule onlyMainKnowsEveryone = noClasses()
            .that()
            .resideOutsideOfPackage("io.caravan")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.caravan");

    @ArchTest
    static final ArchRule onlyCamelsFacesImportCamel = noClasses()
            .that()
            .resideInAnyPackage(FEATURES)
            .and(DescribedPredicate.not(CAMEL_CLASSES))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule onlyRepositoriesSpeakSql = noClasses()
            .that()
            .resideInAnyPackage(FEATURES)
            .and(DescribedPredicate.not(SQL_CLASSES))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");

    @ArchTest
    static final ArchRule calendarIsPureJavaTime = classes()
            .that()
            .resideInAPackage("io.caravan.calendar")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.caravan.calendar", "java..", "org.jspecify..");

    private static ArchRule eachKnowsOnlyThoseBefore(String... packages) {
        return CompositeArchRule.of(IntStream.range(0, packages.length - 1)
                .mapToObj(each -> noClasses()
                        .that()
                        .resideInAPackage(packages[each])
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(Arrays.copyOfRange(packages, each + 1, packages.length)))
                .toList());
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static String[] join(String[] first, String[] second) {
        String[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
