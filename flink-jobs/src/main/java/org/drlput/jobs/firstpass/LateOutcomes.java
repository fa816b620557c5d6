package org.drlput.jobs.firstpass;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.delay.DelayCorrection;
import org.drlput.common.delay.DelaySample;
import org.drlput.common.delay.Delays;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Unseen;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;

/**
 * Makes up for outcomes that have not come yet, where the experiment asks for it. Reads the logs for their delays before the first
 * pass proper: twice if the experiment does not say until when outcomes were watched. Mutable; one thread.
 */
final class LateOutcomes {
    /** By place in the experiment. */
    private final Map<Integer, Late> late;

    private final long observedUntilMillis;

    /** One outcome, and how much of it was there already. */
    private static final class Late {
        final String name;
        final DelaySample sample;
        final DelayCorrection correction;
        double chances;
        long rows;

        Late(int place, String name, DelaySample sample, long observedUntilMillis) {
            this.name = name;
            this.sample = sample;
            correction = new DelayCorrection(place, sample, observedUntilMillis);
        }
    }

    private LateOutcomes(Map<Integer, Late> late, long observedUntilMillis) {
        this.late = late;
        this.observedUntilMillis = observedUntilMillis;
    }

    static LateOutcomes learn(Experiment experiment, List<LogInput> logs) {
        List<String> names = List.copyOf(experiment.reward().outcomes().keySet());
        List<Outcome> outcomes = List.copyOf(experiment.reward().outcomes().values());
        Map<Integer, DelaySample> samples = new LinkedHashMap<>();
        for (int o = 0; o < outcomes.size(); o++) {
            if (outcomes.get(o).unseen() == Unseen.CORRECTED) {
                samples.put(o, new DelaySample(outcomes.get(o).windowMillis()));
            }
        }
        if (samples.isEmpty()) {
            return new LateOutcomes(Map.of(), 0);
        }
        Instant given = experiment.reward().observedUntil();
        long until = given != null ? given.toEpochMilli() : lastSeen(experiment, logs);
        long[] lastRequest = {Long.MIN_VALUE};
        each(experiment, logs, (block, builder) -> {
            for (int row = 0; row < block.rowCount(); row++) {
                if (block.rowState()[row] == Block.TRAIN) {
                    long watched = until - builder.eventTimeMillis(row);
                    lastRequest[0] = Math.max(lastRequest[0], builder.eventTimeMillis(row));
                    for (Map.Entry<Integer, DelaySample> sample : samples.entrySet()) {
                        sample.getValue().add(block.delayMillis()[sample.getKey()][row], watched);
                    }
                }
            }
        });
        if (lastRequest[0] > until) {
            throw new LogException(
                    "reward.observedUntil is %s, and the logs have requests until %s, whose outcomes nobody has watched: expected logs that end before, or a later instant in the experiment file"
                            .formatted(given, Instant.ofEpochMilli(lastRequest[0])));
        }
        Map<Integer, Late> late = new LinkedHashMap<>();
        samples.forEach((o, sample) -> late.put(o, new Late(o, names.get(o), sample, until)));
        return new LateOutcomes(late, until);
    }

    /** The latest that the logs know of: a request, or an outcome. They were watched until then at least. */
    private static long lastSeen(Experiment experiment, List<LogInput> logs) {
        long[] last = {Long.MIN_VALUE};
        each(experiment, logs, (block, builder) -> {
            for (int row = 0; row < block.rowCount(); row++) {
                if (block.rowState()[row] != Block.REJECTED) {
                    long time = builder.eventTimeMillis(row);
                    last[0] = Math.max(last[0], time);
                    for (long[] delays : block.delayMillis()) {
                        if (delays.length > 0 && delays[row] >= 0) {
                            last[0] = Math.max(last[0], time + delays[row]);
                        }
                    }
                }
            }
        });
        return last[0];
    }

    private interface Reading {
        void block(Block block, BlockBuilder builder);
    }

    private static void each(Experiment experiment, List<LogInput> logs, Reading reading) {
        LogSchema schema = LogSchema.explorationLog(experiment);
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        try (LogReader reader = LogReader.open(schema, logs)) {
            while (reader.fill(builder)) {
                reading.block(builder.block(), builder);
            }
        }
    }

    boolean isEmpty() {
        return late.isEmpty();
    }

    /**
     * Corrects the block's outcomes in place, and returns it with what its rows count for: by the outcome of which most is missing. The
     * builder still holds what it was made of.
     */
    Block correct(Block block, BlockBuilder builder) {
        if (late.isEmpty()) {
            return block;
        }
        long[] times = new long[block.rowCount()];
        for (int row = 0; row < times.length; row++) {
            times[row] = block.rowState()[row] == Block.REJECTED ? 0 : builder.eventTimeMillis(row);
        }
        for (Late one : late.values()) {
            one.correction.apply(block, times);
            for (int row = 0; row < times.length; row++) {
                if (block.rowState()[row] != Block.REJECTED) {
                    one.chances += one.correction.curve().seenWithin(Math.max(0, observedUntilMillis - times[row]));
                    one.rows++;
                }
            }
        }
        return late.values().stream()
                .map(one -> one.correction)
                .min(Comparator.comparingDouble(DelayCorrection::meanChance))
                .orElseThrow()
                .weighted(block, times);
    }

    /** What was made of them. */
    Delays result() {
        List<Delays.Late> outcomes = new ArrayList<>();
        for (Late one : late.values()) {
            outcomes.add(new Delays.Late(
                    one.name,
                    one.correction.curve().windowMillis(),
                    one.correction.curve().followedMillis(),
                    one.sample.rows(),
                    one.sample.seen(),
                    one.chances / Math.max(1, one.rows),
                    Delays.points(one.correction.curve())));
        }
        return new Delays(
                Delays.FORMAT_VERSION, Instant.ofEpochMilli(observedUntilMillis).toString(), outcomes);
    }
}
