package org.drlput.bench.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.drlput.bench.study.Study.Settings;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.simulate.Behaviour;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.Version;

/** What is learned from logs whose actions are chosen in several ways, and what exploring so costs meanwhile. One thread. */
final class ExplorationStudy {
    private static final int ROWS = 100_000;
    /** The log that the policy at work has learned from. */
    private static final long EARLIER_LOG = 1;

    private final Settings settings;

    ExplorationStudy(Settings settings) {
        this.settings = settings;
    }

    void run() throws IOException {
        System.out.println(
                "| seed | behaviour | earns while it explores | against manual | coverage | smallest chance | learned |"
                        + " gapClosed |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (long seed : settings.seeds()) {
            market(seed);
        }
    }

    private void market(long seed) throws IOException {
        int rows = settings.rowsOr(ROWS);
        Experiment experiment = settings.experiment("demo.yaml", seed, "actions.behaviour=logged");
        Market market = Market.of(experiment, seed);
        TestStates states = TestStates.of(market);
        Truth truth = Truth.compute(market, states);
        int[] oracle = Truth.oracle(market, states);
        Version earlier =
                Trainings.train(experiment, MarketLog.of(market, EARLIER_LOG).blocks(rows));
        Map<String, Behaviour> behaviours = new LinkedHashMap<>();
        behaviours.put("uniform", new Behaviour.Uniform());
        for (double deviation : new double[] {2, 1, 0.5}) {
            behaviours.put("gaussian, deviation " + deviation, new Behaviour.Gaussian(deviation));
        }
        for (double explored : new double[] {0.5, 0.1, 0}) {
            behaviours.put(
                    String.format(Locale.ROOT, "policy, %.0f %% uniform", 100 * explored),
                    new Behaviour.OfPolicy(earlier, explored));
        }
        behaviours.forEach((name, behaviour) -> {
            LogKind kind = new LogKind(behaviour, 1, false);
            Version version = Trainings.train(
                    experiment, MarketLog.of(market, 0, kind, rows).blocks(rows));
            double earned = states.value(behaviour).value();
            double learned = states.value(Trainings.greedy(version, states)).value();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %s | %.4f | %+.1f %% | %.4f | %.1e | %.4f | %.2f |%n",
                    seed,
                    name,
                    earned,
                    100 * (earned / truth.manual().value() - 1),
                    states.coverage(behaviour, oracle),
                    states.smallestChance(behaviour),
                    learned,
                    truth.gapClosed(learned));
        });
        double policy = states.value(Trainings.greedy(earlier, states)).value();
        System.out.printf(
                Locale.ROOT,
                "| %d | (the policy at work, greedy) | %.4f | | | | | %.2f |%n",
                seed,
                policy,
                truth.gapClosed(policy));
    }
}
