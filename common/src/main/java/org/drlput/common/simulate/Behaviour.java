package org.drlput.common.simulate;

import java.util.Arrays;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;

/** How the actions of a simulated log are chosen. The propensity that is logged is the chance that the action had. Immutable. */
public sealed interface Behaviour {
    /** As in the command line. */
    String name();

    /** Each action equally often. */
    record Uniform() implements Behaviour {
        @Override
        public String name() {
            return "uniform";
        }
    }

    /**
     * Around the manual setting, as one explores who does not dare to go far: on each axis of the grid, the group j has a chance
     * proportional to {@code exp(-(j - m)^2 / (2 deviation^2))}, m being the manual setting's. The same in every state.
     *
     * @param deviation in groups
     */
    record Gaussian(double deviation) implements Behaviour {
        public Gaussian {
            if (!(deviation > 0)) {
                throw new SimulationException("deviation: found %s, expected more than 0".formatted(deviation), null);
            }
        }

        @Override
        public String name() {
            return "gaussian";
        }
    }

    /**
     * A policy at work: actions drawn from its probabilities, mixed with a share of uniform ones, so that every action keeps a
     * chance.
     *
     * @param explored the share of uniform actions, in [0, 1]
     */
    record OfPolicy(Version version, double explored) implements Behaviour {
        public OfPolicy {
            if (!(explored >= 0 && explored <= 1)) {
                throw new SimulationException("explored: found %s, expected 0 to 1".formatted(explored), null);
            }
        }

        @Override
        public String name() {
            return "policy";
        }
    }

    /** The chance of each action in each of some rows: {@code [rows, actions]}, or {@code [1, actions]} for all rows alike. */
    static double[][] probabilities(Behaviour behaviour, Market market, LogRows rows) {
        if (behaviour instanceof Gaussian gaussian) {
            return new double[][] {aroundManual(market.actions(), gaussian.deviation())};
        } else if (behaviour instanceof OfPolicy policy) {
            return ofPolicy(policy, market, rows);
        }
        double[] uniform = new double[market.actions().size()];
        Arrays.fill(uniform, 1.0 / uniform.length);
        return new double[][] {uniform};
    }

    private static double[] aroundManual(ActionSpace actions, double deviation) {
        double[] chance = new double[actions.size()];
        int manual = actions.manualAction();
        double sum = 0;
        for (int a = 0; a < chance.length; a++) {
            double squares = 0;
            for (int h = 0; h < actions.names().size(); h++) {
                // a tied axis follows another one, and is no axis of its own
                double steps = actions.isFree(h) ? actions.group(a, h) - actions.group(manual, h) : 0;
                squares += steps * steps;
            }
            chance[a] = StrictMath.exp(-squares / (2 * deviation * deviation));
            sum += chance[a];
        }
        for (int a = 0; a < chance.length; a++) {
            chance[a] /= sum;
        }
        return chance;
    }

    private static double[][] ofPolicy(OfPolicy behaviour, Market market, LogRows rows) {
        Experiment experiment = behaviour.version().experiment();
        Block states = new BlockFiller(Market.of(experiment, market.seed())).block(rows, Block.TRAIN);
        Policy policy = Policy.of(behaviour.version(), Kernels.best(), 512);
        int k = market.actions().size();
        float[] some = new float[512 * k];
        int[] all = new int[rows.rowCount];
        Arrays.setAll(all, i -> i);
        double[][] chance = new double[rows.rowCount][k];
        for (int from = 0; from < all.length; from += 512) {
            int count = Math.min(512, all.length - from);
            policy.probabilities(states, all, from, count, some);
            for (int i = 0; i < count; i++) {
                mix(some, i * k, behaviour.explored(), chance[from + i]);
            }
        }
        return chance;
    }

    private static void mix(float[] probabilities, int at, double explored, double[] out) {
        double sum = 0;
        for (int a = 0; a < out.length; a++) {
            sum += probabilities[at + a];
        }
        for (int a = 0; a < out.length; a++) {
            out[a] = (1 - explored) * probabilities[at + a] / sum + explored / out.length;
        }
    }
}
