package org.drlput.common.math;

import static org.assertj.core.api.Assumptions.assumeThat;

class OpenBlasKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        Kernels kernels = OpenBlasKernels.orPlain();
        assumeThat(kernels.name()).as("OpenBLAS loads here").startsWith("openblas/");
        return kernels;
    }
}
