package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which kernel a name chooses. */
class KernelsTest {
    @AfterEach
    void noChoice() {
        System.clearProperty(Kernels.PROPERTY);
    }

    @Test
    void plainIsAlwaysThere() {
        assertThat(Kernels.named("plain").name()).isEqualTo("plain");
        assertThat(Kernels.named("PLAIN")).isSameAs(Kernels.named("plain"));
    }

    @Test
    void autoIsOpenBlasWhereItLoadsElsePlain() {
        Kernels auto = Kernels.named("auto");

        assertThat(auto.name()).matches("plain|openblas/[a-z0-9]+");
        assertThat(Kernels.best()).isSameAs(System.getenv(Kernels.ENVIRONMENT) == null ? auto : Kernels.best());
    }

    @Test
    void aFullNameIsMetExactlyOrRefused() {
        Kernels auto = Kernels.named("auto");

        assertThat(Kernels.named(auto.name())).isSameAs(auto);
        assertThatThrownBy(() -> Kernels.named("openblas/abacus"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kernel openblas/abacus: this machine has " + auto.name()
                        + "; train and resume on one type of machine, or choose drlput.kernel=auto");
    }

    @Test
    void openBlasByNameIsNeverThePlainKernel() {
        if (Kernels.named("auto").name().equals("plain")) {
            assertThatThrownBy(() -> Kernels.named("openblas"))
                    .hasMessageStartingWith("kernel openblas: this machine has plain;");
        } else {
            assertThat(Kernels.named("openblas").name()).startsWith("openblas/");
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Kernels.named("mkl"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kernel: found 'mkl', expected auto, openblas or plain; set drlput.kernel or DRLPUT_KERNEL");
    }

    @Test
    void thePropertyChooses() {
        System.setProperty(Kernels.PROPERTY, "plain");

        assertThat(Kernels.best().name()).isEqualTo("plain");
    }
}
