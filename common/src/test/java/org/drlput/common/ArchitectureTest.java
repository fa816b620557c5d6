package org.drlput.common;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. */
@AnalyzeClasses(packages = "org.drlput", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String COMMON = "org.drlput.common.";
    private static final String[] EDGES = {
        COMMON + "wire..", COMMON + "client..", COMMON + "serve..", COMMON + "export.."
    };
    private static final String[] LANGUAGE = {"java.lang..", "java.util..", "java.nio.charset..", "org.jspecify.."};

    @ArchTest
    static final ArchRule COMMON_KNOWS_NO_SERVER_AND_NO_FLINK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.drlput.server..", "org.drlput.jobs..", "org.apache.flink..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(COMMON + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages(EDGES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    COMMON + "wire..",
                    COMMON + "client..",
                    COMMON + "export..",
                    "io.grpc..",
                    "com.google.protobuf..",
                    "io.netty..");

    /** Arrays only: not even a tensor. */
    @ArchTest
    static final ArchRule MATH_KNOWS_NOTHING_OF_OURS = noClasses()
            .that()
            .resideInAPackage(COMMON + "math..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.drlput..").and(resideOutsideOfPackage(COMMON + "math..")));

    @ArchTest
    static final ArchRule TENSOR_KNOWS_MATH_ALONE = onlyKnows("tensor", "math");

    @ArchTest
    static final ArchRule GRADIENT_KNOWS_TENSORS_ALONE = onlyKnows("gradient", "tensor", "math");

    @ArchTest
    static final ArchRule NETWORK_KNOWS_NO_OBJECTIVE =
            onlyKnows("network", "gradient", "tensor", "math", "encode", "feature", "action", "experiment");

    @ArchTest
    static final ArchRule OBJECTIVE_KNOWS_NO_LOG =
            onlyKnows("objective", "network", "gradient", "tensor", "math", "encode", "action", "experiment");

    /** No file, no clock, no library: what the gradient is depends on numbers alone. */
    private static ArchRule onlyKnows(String name, String... others) {
        String[] allowed = new String[others.length + 1 + LANGUAGE.length];
        allowed[0] = COMMON + name + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[1 + i] = COMMON + others[i] + "..";
        }
        System.arraycopy(LANGUAGE, 0, allowed, 1 + others.length, LANGUAGE.length);
        return classes()
                .that()
                .resideInAPackage(COMMON + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest
    static final ArchRule NATIVE_CODE_IS_CALLED_BY_MATH_ALONE = noClasses()
            .that()
            .resideOutsideOfPackage(COMMON + "math..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.jna..", "dev.ludovic..", "org.bytedeco..");

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", COMMON + "core..");
}
