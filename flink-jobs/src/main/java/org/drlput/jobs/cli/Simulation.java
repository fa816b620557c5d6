package org.drlput.jobs.cli;

import java.util.List;
import java.util.Locale;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Truth;

/** Simulates with progress, and says what came of it. */
final class Simulation {
    private Simulation() {}

    static void run(Terminal terminal, Experiment experiment, byte[] yaml, LogSimulator.Settings settings) {
        ProgressView view = new ProgressView(terminal, System::nanoTime);
        RowRate rate = new RowRate(System::nanoTime);
        Truth truth;
        try {
            truth = LogSimulator.simulate(
                    experiment,
                    yaml,
                    settings,
                    (written, total) -> view.update(rate.state("simulate", written, total)));
        } finally {
            view.finish();
        }
        lines(settings, truth).forEach(terminal::line);
    }

    private static List<String> lines(LogSimulator.Settings settings, Truth truth) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "simulated   %,d rows, seed %d, in %s",
                        settings.rows(),
                        settings.seed(),
                        settings.out()),
                String.format(
                        Locale.ROOT,
                        "truth       reward per request: random %.4f, manual %.4f, best single action %.4f, oracle %.4f",
                        truth.random(),
                        truth.manual().value(),
                        truth.bestFixed().value(),
                        truth.oracle()),
                String.format(
                        Locale.ROOT,
                        "            oracle's Diversity %.3f, %d actions best for someone, gap over sigma %.2f",
                        truth.oracleDiversity(),
                        truth.distinctBestActions(),
                        truth.gapOverSigma()));
    }
}
