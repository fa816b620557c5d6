package org.drlput.jobs.firstpass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.bias.Bias;
import org.drlput.common.bias.TrafficComparison;
import org.drlput.common.bias.TrafficWeights;
import org.drlput.common.delay.Delays;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogSchema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is corrected in the rows before anything is learned from them: outcomes that have not come yet, and rows that all traffic has
 * more or less of. Both are learned from the logs as a whole, so the logs are read for it first. Mutable; one thread.
 */
final class Corrections {
    private static final Logger LOG = LoggerFactory.getLogger(Corrections.class);

    private final LateOutcomes late;
    private final @Nullable TrafficComparison comparison;
    private final @Nullable TrafficWeights weights;

    private Corrections(LateOutcomes late, @Nullable TrafficComparison comparison, @Nullable TrafficWeights weights) {
        this.late = late;
        this.comparison = comparison;
        this.weights = weights;
    }

    /** @param traffic files of all traffic; may be empty where rows are not reweighted */
    static Corrections learn(Experiment experiment, List<LogInput> logs, List<LogInput> traffic) {
        LateOutcomes late = LateOutcomes.learn(experiment, logs);
        boolean reweight = experiment.traffic().reweight();
        if (reweight && traffic.isEmpty()) {
            throw new LogException(
                    "traffic.reweight is set, and there is no sample of all traffic: expected files beside the"
                            + " logs whose names begin with all-traffic, with the columns of all features");
        }
        TrafficComparison comparison = traffic.isEmpty() ? null : comparison(experiment, traffic, reweight);
        TrafficWeights weights = comparison == null || !reweight
                ? null
                : TrafficWeights.fit(
                        experiment,
                        new InputBlocks(experiment, LogSchema.allTraffic(experiment), traffic),
                        new InputBlocks(experiment, LogSchema.explorationLog(experiment), logs),
                        experiment.traffic().maxWeight());
        return new Corrections(late, comparison, weights);
    }

    private static @Nullable TrafficComparison comparison(
            Experiment experiment, List<LogInput> traffic, boolean required) {
        try {
            TrafficComparison comparison = TrafficComparison.with(
                    experiment, new InputBlocks(experiment, LogSchema.allTraffic(experiment), traffic));
            if (comparison.trafficRows() == 0) {
                throw new LogException("the sample of all traffic has no usable row");
            }
            return comparison;
        } catch (LogException e) {
            if (required) {
                throw e;
            }
            LOG.warn("the logs are not compared with all traffic: {}", String.join("; ", e.problems()));
            return null;
        }
    }

    /** The block as it is to be used; the builder still holds what it was made of. */
    Block apply(Block block, BlockBuilder builder) {
        Block corrected = correct(block, builder);
        if (comparison != null) {
            comparison.add(corrected);
        }
        return corrected;
    }

    /** The same without a part in {@link #bias}. */
    Block correct(Block block, BlockBuilder builder) {
        Block corrected = late.correct(block, builder);
        return weights == null ? corrected : weights.weighted(corrected);
    }

    /** How the logs differ from all traffic; null where there is none to compare with. */
    @Nullable
    Bias bias() {
        return comparison == null ? null : comparison.result(weights == null ? null : weights.summary());
    }

    /** Writes what was found beside the blocks. */
    void write(Path directory) throws IOException {
        Bias bias = bias();
        if (bias != null) {
            Files.write(directory.resolve(Bias.NAME), bias.toJson());
        }
        if (!late.isEmpty()) {
            Files.write(directory.resolve(Delays.NAME), late.result().toJson());
        }
    }
}
