package org.drlput.bench;

import java.util.Locale;
import org.drlput.common.math.Kernels;

/** {@code compute --workload A|B --seconds S [--kernel K]}: speed of the training step in one thread, as one JSON line. */
public final class Compute {
    private static final long NANOS = 1_000_000_000L;

    private Compute() {}

    public static void main(String[] arguments) {
        Workload workload = Workload.A;
        double seconds = 10;
        Kernels kernels = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--workload" -> workload = Workload.valueOf(value);
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--kernel" -> kernels = Kernels.named(value);
                default ->
                    throw new IllegalArgumentException(
                            arguments[i] + ": expected --workload A|B --seconds S [--kernel auto|openblas|plain]");
            }
        }
        measure(workload, seconds, kernels == null ? Kernels.best() : kernels);
    }

    private static void measure(Workload workload, double seconds, Kernels kernels) {
        TrainingLoop loop = new TrainingLoop(workload, kernels, 1);
        // the compiler shares the core: let it finish
        run(loop, Math.max(8, seconds));
        long start = System.nanoTime();
        long steps = run(loop, seconds);
        double elapsed = (double) (System.nanoTime() - start) / NANOS;
        long rows = steps * workload.rowsPerStep;
        System.out.println(String.format(
                Locale.ROOT,
                "{\"workload\":\"%s\",\"microBatchRows\":%d,\"kernel\":\"%s\",\"rows\":%d,\"seconds\":%.3f,"
                        + "\"rowsPerSecond\":%.0f}",
                workload,
                workload.rowsPerMicroBatch(),
                kernels.name(),
                rows,
                elapsed,
                rows / elapsed));
    }

    private static long run(TrainingLoop loop, double seconds) {
        long end = System.nanoTime() + (long) (seconds * NANOS);
        long steps = 0;
        while (System.nanoTime() < end) {
            loop.step();
            steps++;
        }
        return steps;
    }
}
