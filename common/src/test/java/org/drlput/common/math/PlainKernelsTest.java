package org.drlput.common.math;

class PlainKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return PlainKernels.INSTANCE;
    }
}
