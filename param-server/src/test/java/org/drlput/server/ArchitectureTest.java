package org.drlput.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. */
@AnalyzeClasses(packages = "org.drlput.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SERVER = "org.drlput.server.";
    private static final String[] CORE = {SERVER + "shard..", SERVER + "optimizer.."};

    @ArchTest
    static final ArchRule THE_SERVER_KNOWS_NO_FLINK =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.drlput.jobs..", "org.apache.flink..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(SERVER + "(*)..").should().beFreeOfCycles();

    /** Messages in, effects out: a seeded simulation can then play any order of events. */
    @ArchTest
    static final ArchRule THE_CORE_SEES_NO_CALL_FILE_THREAD_OR_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.grpc..",
                    "io.netty..",
                    "com.google.protobuf..",
                    "org.drlput.common.wire..",
                    "org.drlput.common.client..",
                    "java.io..",
                    "java.net..",
                    "java.nio..",
                    "java.time..",
                    "java.util.concurrent..",
                    "org.slf4j..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, java.util.Timer.class, java.util.Random.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_EDGE = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVER + "rpc..", SERVER + "publication..", SERVER + "capture..", SERVER + "console..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule THE_OPTIMIZER_KNOWS_NO_SHARD = noClasses()
            .that()
            .resideInAPackage(SERVER + "optimizer..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SERVER + "shard..");

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", SERVER + "core..");
}
