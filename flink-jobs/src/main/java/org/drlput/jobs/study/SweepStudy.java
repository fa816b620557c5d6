package org.drlput.jobs.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentEdit;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.experiment.GridAxis;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.PolicyValue;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.report.Sweep;

/**
 * How fine a grid of hyperparameters so many rows can bear: experiments on one market whose grids have m levels of each
 * hyperparameter in g groups, and what their policies are truly worth beside hyperparameters that may take any value. One thread.
 */
public final class SweepStudy {
    /** Values of an axis of the grid that stands for any value. */
    private static final int FINE = 12;

    private static final int STATES = 2048;
    private static final int BATCH_ROWS = 512;

    private final byte[] yaml;
    private final long seed;
    private final TestStates fine;
    private final int[] optimum;

    /** Computes the optimum: half a minute on one core. */
    public SweepStudy(byte[] yaml, long seed) {
        this.yaml = yaml.clone();
        this.seed = seed;
        Market market = Market.of(experiment(FINE, FINE), seed);
        fine = TestStates.of(market, 0, STATES);
        optimum = Truth.oracle(market, fine);
    }

    /** One of the market's hyperparameters: from 0 to {@code most}, today at {@code manual}. */
    private record Range(String name, String tiedTo, double most, double manual) {}

    private static final List<Range> RANGES = List.of(
            new Range("w_click", "", 8, 1),
            new Range("w_long_click", "w_click", 12, 3),
            new Range("w_conversion", "", 12, 3),
            new Range("reserve_price", "", 0.8, 0.2));

    /** The experiment file whose grid has so many levels in so many groups. */
    public byte[] variant(int levels, int groups) {
        return variant(yaml, levels, groups);
    }

    static byte[] variant(byte[] yaml, int levels, int groups) {
        List<Map<String, Object>> axes = new ArrayList<>();
        int leader = 0;
        for (Range range : RANGES) {
            List<Double> values = levels(range.most(), levels);
            List<Double> grouped = GridAxis.groupValues(values, groups);
            boolean tied = !range.tiedTo().isEmpty();
            int at = tied ? leader : nearest(grouped, range.manual());
            leader = tied ? leader : at;
            Map<String, Object> axis = new LinkedHashMap<>();
            axis.put("name", range.name());
            if (tied) {
                axis.put("tiedTo", range.tiedTo());
            } else {
                axis.put("groups", groups);
            }
            axis.put("levels", values);
            axis.put("production", grouped.get(at));
            axes.add(axis);
        }
        return ExperimentEdit.with(yaml, Map.of("actions.hyperparameters", axes, "actions.behaviour", "uniform"));
    }

    /** From 0 to {@code most}, denser near 0, where ranking utilities change fastest. */
    private static List<Double> levels(double most, int count) {
        List<Double> levels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double place = (double) i / (count - 1);
            levels.add(Math.round(most * place * place * 1e4) / 1e4);
        }
        return levels;
    }

    private static int nearest(List<Double> values, double wanted) {
        int nearest = 0;
        for (int i = 1; i < values.size(); i++) {
            nearest = Math.abs(values.get(i) - wanted) < Math.abs(values.get(nearest) - wanted) ? i : nearest;
        }
        return nearest;
    }

    private Experiment experiment(int levels, int groups) {
        return ExperimentLoader.parse(variant(yaml, levels, groups), "grid of %d groups".formatted(groups));
    }

    /** What came of a run of {@link #variant}. */
    public Sweep.Point judge(int levels, int groups, Path run) throws IOException {
        Summary summary = Summary.read(run);
        Version version = Version.read(new VersionRegistry(run).directory(summary.version()));
        Market market = Market.of(experiment(levels, groups), seed);
        TestStates states = TestStates.of(market, 0, STATES);
        int[] learned = greedy(version, states);
        double value = states.value(learned).value();
        PolicyValue regret = fine.less(optimum, states, learned);
        return new Sweep.Point(
                levels,
                groups,
                market.actions().size(),
                value,
                regret.value(),
                regret.standardError(),
                states.value(Truth.oracle(market, states)).value(),
                summary.diversity(),
                summary.relativeGain());
    }

    private static int[] greedy(Version version, TestStates states) {
        Policy policy = Policy.of(version, Kernels.best(), BATCH_ROWS);
        int[] actions = new int[states.size()];
        for (int from = 0; from < actions.length; from += Block.MAX_ROWS) {
            int count = Math.min(Block.MAX_ROWS, actions.length - from);
            System.arraycopy(policy.greedy(states.block(from, count)), 0, actions, from, count);
        }
        return actions;
    }

    /** All of it side by side. */
    public Sweep sweep(long rows, List<Sweep.Point> points) {
        Market market = Market.of(ExperimentLoader.parse(yaml, "experiment.yaml"), seed);
        double manual = TestStates.of(market, 0, STATES)
                .value(market.actions().manualAction())
                .value();
        return new Sweep(
                Sweep.FORMAT_VERSION, seed, rows, STATES, fine.value(optimum).value(), manual, List.copyOf(points));
    }
}
