package org.drlput.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Which package may know which: all of ours are on this module's class path, so that the arrows between modules are checked here. */
@AnalyzeClasses(packages = "org.drlput", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String JOBS = "org.drlput.jobs.";

    @ArchTest
    static final ArchRule ONLY_THE_JOBS_KNOW_FLINK = noClasses()
            .that()
            .resideOutsideOfPackage("org.drlput.jobs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.drlput.jobs..");

    @ArchTest
    static final ArchRule COMMON_KNOWS_NO_SERVER = noClasses()
            .that()
            .resideInAPackage("org.drlput.common..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.drlput.server..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(JOBS + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_WORK_KNOWS_NO_COMMAND_LINE = noClasses()
            .that()
            .resideInAnyPackage(JOBS + "firstpass..", JOBS + "train..", JOBS + "evaluate..", JOBS + "task..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JOBS + "cli..", JOBS + "report..", "picocli..");

    @ArchTest
    static final ArchRule THE_PROTOCOL_IS_PURE = classes()
            .that()
            .resideInAPackage(JOBS + "protocol..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    JOBS + "protocol..",
                    "org.drlput.server.shard..",
                    "java.lang..",
                    "java.util",
                    "java.util.function..",
                    "java.util.stream..",
                    "org.jspecify..");

    /** The report reads what a run left in its directory, as it does years later. */
    @ArchTest
    static final ArchRule THE_REPORT_KNOWS_NO_FLINK = noClasses()
            .that()
            .resideInAPackage(JOBS + "report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.drlput.server..", JOBS + "train..", JOBS + "cli..");

    @ArchTest
    static final ArchRule ONLY_JOBS_NAME_A_SOURCE_OR_SINK = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Job")
            .should()
            .callMethodWhere(new DescribedPredicate<JavaMethodCall>("it joins a source or a sink to a stream") {
                private static final Set<String> NAMES = Set.of(
                        "fromSource", "fromCollection", "fromData", "fromElements", "sinkTo", "addSink", "addSource");

                @Override
                public boolean test(JavaMethodCall call) {
                    return call.getTargetOwner().getPackageName().startsWith("org.apache.flink.streaming.api")
                            && NAMES.contains(call.getName());
                }
            });

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER =
            noClasses().should().resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", JOBS + "core..");
}
