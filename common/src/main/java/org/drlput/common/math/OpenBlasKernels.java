package org.drlput.common.math;

import com.sun.jna.NativeLibrary;
import com.sun.jna.platform.unix.LibC;
import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrix products by OpenBLAS, in one thread, on {@code float[]} without copies. The library comes from the class path and is
 * unpacked into JavaCPP's cache folder ({@code org.bytedeco.javacpp.cachedir}); nothing is installed or fetched.
 *
 * <p>OpenBLAS takes an AVX2 core for CPUs that it does not know, at half their speed: where an AMD CPU has AVX-512 and
 * {@code OPENBLAS_CORETYPE} is not set, the SkylakeX core is asked for before the library loads.
 */
final class OpenBlasKernels implements Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBlasKernels.class);
    private static final String FOLDER = "/org/bytedeco/openblas/linux-x86_64/";
    /** What OpenBLAS needs beside the C library, in the order of loading: found by name once they are loaded. */
    private static final List<String> NEEDED = List.of("libquadmath.so.0", "libgfortran.so.5");

    /** Netlib warns of each of its kernels that is not there; held, because loggers are collected. */
    private static final java.util.logging.Logger NETLIB =
            java.util.logging.Logger.getLogger("dev.ludovic.netlib.blas.InstanceBuilder");

    /** Cores with kernels for small matrices. */
    private static final Set<String> SMALL_KERNELS = Set.of("skylakex", "cooperlake", "sapphirerapids");

    private final BLAS blas;
    private final String name;
    private final boolean smallKernels;
    private final PanelProduct panels;

    private OpenBlasKernels(BLAS blas, String core) {
        this.blas = blas;
        this.name = "openblas/" + core;
        this.smallKernels = SMALL_KERNELS.contains(core);
        this.panels = new PanelProduct(blas);
    }

    /** OpenBLAS, or the plain kernel where it does not load. Loaded once a process. */
    static Kernels orPlain() {
        return Holder.KERNELS;
    }

    private static final class Holder {
        static final Kernels KERNELS = load();

        // a native library fails to load in many ways, most of them errors: each of them leaves the plain kernel
        private static Kernels load() {
            try {
                return open();
            } catch (IOException | RuntimeException | LinkageError cause) {
                LOG.warn(
                        "OpenBLAS does not load here ({}): computing with the plain kernel, many times slower",
                        cause + "");
                return PlainKernels.INSTANCE;
            }
        }
    }

    private static Kernels open() throws IOException {
        if (!Loader.getPlatform().equals("linux-x86_64")) {
            throw new IOException("no library for " + Loader.getPlatform());
        }
        LibC.INSTANCE.setenv("OPENBLAS_NUM_THREADS", "1", 1);
        if (System.getenv("OPENBLAS_CORETYPE") == null && amdWithAvx512()) {
            LibC.INSTANCE.setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
        }
        for (String needed : NEEDED) {
            NativeLibrary.getInstance(unpack(needed));
        }
        String path = unpack("libopenblas.so.0");
        System.setProperty("dev.ludovic.netlib.blas.nativeLibPath", path);
        NETLIB.setLevel(Level.SEVERE);
        BLAS blas = NativeBLAS.getInstance();
        String core = NativeLibrary.getInstance(path)
                .getFunction("openblas_get_corename")
                .invokeString(new Object[0], false);
        return new OpenBlasKernels(blas, core.toLowerCase(Locale.ROOT));
    }

    private static String unpack(String library) throws IOException {
        File file = Loader.cacheResource(FOLDER + library);
        if (file == null) {
            throw new IOException(FOLDER + library + " is not on the class path");
        }
        return file.getAbsolutePath();
    }

    private static boolean amdWithAvx512() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpu)) {
            return false;
        }
        String text = Files.readString(cpu);
        return text.contains("AuthenticAMD") && text.contains(" avx512bw") && text.contains(" avx512vl");
    }

    @Override
    public String name() {
        return name;
    }

    // BLAS is column-major: a row-major matrix is its transpose there, so each product swaps its factors

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c) {
        Matrix.requireMultiply(a, b, c);
        if (inPanels(c, a.columns())) {
            panels.multiply(a, false, b, c);
            return;
        }
        sgemm("N", b, "N", a, a.columns(), c);
    }

    @Override
    public void multiplyLeftTransposed(Matrix a, Matrix b, Matrix c) {
        Matrix.requireLeftTransposed(a, b, c);
        if (inPanels(c, a.rows())) {
            panels.multiply(a, true, b, c);
            return;
        }
        sgemm("N", b, "T", a, a.rows(), c);
    }

    @Override
    public void multiplyRightTransposed(Matrix a, Matrix b, Matrix c) {
        Matrix.requireRightTransposed(a, b, c);
        sgemm("T", b, "N", a, a.columns(), c);
    }

    private boolean inPanels(Matrix c, int inner) {
        return smallKernels && PanelProduct.suits(c, inner);
    }

    private void sgemm(String transposeB, Matrix b, String transposeA, Matrix a, int inner, Matrix c) {
        if (inner == 0) {
            // the binding refuses empty factors
            for (int i = 0; i < c.rows(); i++) {
                int at = c.offset() + i * c.stride();
                Arrays.fill(c.values(), at, at + c.columns(), 0f);
            }
            return;
        }
        blas.sgemm(
                transposeB,
                transposeA,
                c.columns(),
                c.rows(),
                inner,
                1f,
                b.values(),
                b.offset(),
                b.stride(),
                a.values(),
                a.offset(),
                a.stride(),
                0f,
                c.values(),
                c.offset(),
                c.stride());
    }
}
