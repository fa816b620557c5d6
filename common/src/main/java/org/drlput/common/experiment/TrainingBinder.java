package org.drlput.common.experiment;

import java.util.List;
import org.drlput.common.experiment.Experiment.Activation;
import org.drlput.common.experiment.Experiment.Averaging;
import org.drlput.common.experiment.Experiment.AveragingType;
import org.drlput.common.experiment.Experiment.Head;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.experiment.Experiment.Network;
import org.drlput.common.experiment.Experiment.Optimizer;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.experiment.Experiment.Schedule;
import org.drlput.common.experiment.Experiment.Training;

/** Binds how it is learned: {@code network}, {@code optimizer}, {@code training}. */
final class TrainingBinder {
    private static final int MAX_WIDTH = 16_384;
    /** The weights of an average by powers of more than three would leave float32. */
    private static final double LEAST_POLYNOMIAL_SHARE = 0.25;

    private TrainingBinder() {}

    static Network network(Section s) {
        List<Integer> hidden = s.wholes(
                "hidden", List.of(256, 128, 64), "a list of layer widths, for example [256, 128, 64]", 1, MAX_WIDTH);
        Network network = new Network(
                hidden,
                s.flag("batchNorm", true),
                s.number("batchNormMomentum", 0.1, Double.MIN_VALUE, 1),
                s.choice("activation", Activation.RELU, Activation.class, "tanh", "gelu", "leakyRelu"),
                s.choice("head", Head.PLAIN, Head.class, "lowRank"),
                (int) s.whole("members", 1, 1, 64));
        s.end("network");
        return network;
    }

    static Optimizer optimizer(Section s) {
        OptimizerType type = s.choice("type", OptimizerType.ADAM_W, OptimizerType.class, "lamb");
        Optimizer optimizer = new Optimizer(
                type,
                s.number("learningRate", 0.001, Double.MIN_VALUE, 1000),
                s.number("momentum", 0, 0, 0.9999),
                s.number("beta1", 0.9, 0, 0.9999),
                s.number("beta2", 0.999, 0, 0.999999),
                s.number("epsilon", 1e-8, Double.MIN_VALUE, 1),
                s.number("weightDecay", type == OptimizerType.ADAM_W ? 0.01 : 0, 0, 10),
                s.choice("schedule", Schedule.COSINE, Schedule.class),
                s.number("warmupShare", 0, 0, 1),
                s.number("clipGradient", 0, 0, Double.POSITIVE_INFINITY),
                averaging(s.section("averaging")));
        if (!s.isBroken("type")) {
            // A setting without effect would be believed to have one.
            if (optimizer.weightDecay() != 0 && type != OptimizerType.ADAM_W) {
                s.problem("weightDecay", unused(optimizer.weightDecay(), type, OptimizerType.ADAM_W));
            }
            if (optimizer.momentum() != 0 && type != OptimizerType.SGD) {
                s.problem("momentum", unused(optimizer.momentum(), type, OptimizerType.SGD));
            }
        }
        s.end("optimizer");
        return optimizer;
    }

    private static Averaging averaging(Section s) {
        AveragingType type = s.choice("type", Averaging.OFF.type(), AveragingType.class, "exponential");
        double share = s.number("share", Averaging.OFF.share(), Double.MIN_VALUE, 1);
        if (type == AveragingType.POLYNOMIAL && share < LEAST_POLYNOMIAL_SHARE && !s.isBroken("share")) {
            s.problem("share", "found %s, expected a number from 0.25 to 1 with type polynomial".formatted(share));
        }
        s.end("averaging");
        return new Averaging(type, share);
    }

    private static String unused(double found, OptimizerType type, OptimizerType user) {
        return "found %s, expected 0 with type %s: only %s uses it"
                .formatted(GridAxis.text(found), Section.camelCase(type), Section.camelCase(user));
    }

    static Training training(Section s, Network network) {
        Mode mode = s.choice("mode", Mode.STEP, Mode.class);
        int microBatches = (int) s.whole("microBatches", 8, 8, 256);
        int rowsPerStep = (int) s.whole("rowsPerStep", 1024, 8, 1 << 20);
        checkRows(s, rowsPerStep, microBatches, network);
        int staleness = (int) s.whole("staleness", 0, 0, 1000);
        if (!s.isBroken("mode") && !s.isBroken("staleness")) {
            checkStaleness(s, mode, staleness);
        }
        int window = (int) s.whole("window", 2, 1, 1000);
        if (window <= staleness && !s.isBroken("staleness")) {
            s.problem("window", "found %d, expected more than staleness (%d)".formatted(window, staleness));
        }
        Training training = new Training(
                mode,
                staleness,
                window,
                rowsPerStep,
                microBatches,
                (int) s.whole("epochs", 1, 1, 100_000),
                s.whole("minSteps", 0, 0, 1_000_000_000),
                s.flag("shuffle", true),
                s.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                s.whole("checkpointIntervalMillis", 10_000, 10, 86_400_000),
                s.number("maxRefusedShare", 0.01, 0, 1));
        s.end("training");
        return training;
    }

    private static void checkStaleness(Section s, Mode mode, int staleness) {
        if (mode == Mode.BOUNDED && staleness == 0) {
            s.problem("staleness", "found 0, expected 1 or more in mode bounded: 0 is mode step");
        } else if (mode == Mode.ASYNC && staleness != 0) {
            s.problem("staleness", "found %d, expected 0 in mode async: window alone bounds it".formatted(staleness));
        } else if (mode == Mode.STEP && staleness != 0) {
            s.problem("staleness", "found %d, expected 0 in mode step".formatted(staleness));
        }
    }

    private static void checkRows(Section s, int rowsPerStep, int microBatches, Network network) {
        if (Integer.bitCount(microBatches) != 1) {
            s.problem("microBatches", "found %d, expected a power of two from 8 to 256".formatted(microBatches));
        }
        if (rowsPerStep % microBatches != 0 && !s.isBroken("microBatches")) {
            s.problem(
                    "rowsPerStep",
                    "found %d, expected a multiple of microBatches (%d)".formatted(rowsPerStep, microBatches));
        } else if (rowsPerStep < 2 * microBatches && network.batchNorm() && !s.isBroken("microBatches")) {
            // A micro-batch of one row is its own mean: normalized it is 0, whatever the request.
            s.problem(
                    "rowsPerStep",
                    "found %d, expected at least %d: batchNorm needs two rows in each of %d microBatches"
                            .formatted(rowsPerStep, 2 * microBatches, microBatches));
        }
    }
}
