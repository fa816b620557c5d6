package org.drlput.common.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.drlput.common.log.Block;
import org.drlput.common.reward.RewardComposite;
import org.jspecify.annotations.Nullable;

/** One outcome, or the reward, of two policies, in all rows or in each segment. Mutable; one thread. */
final class GuardedRows {
    private final @Nullable String outcome;
    private final @Nullable String segment;
    private final @Nullable RowSegments segments;
    private final RewardComposite value;
    private final List<PairedGain> gains = new ArrayList<>();
    private double[] values = new double[0];

    /**
     * @param outcome null: the reward
     * @param segment null: all rows
     */
    GuardedRows(Experiment experiment, @Nullable String outcome, @Nullable String segment, Iterable<Block> blocks) {
        this.outcome = outcome;
        this.segment = segment;
        this.segments = segment == null ? null : RowSegments.of(experiment, segment, blocks);
        Reward reward = experiment.reward();
        this.value = outcome == null
                ? RewardComposite.of(reward)
                : RewardComposite.of(new Reward("one", reward.outcomes(), Map.of("one", Map.of(outcome, 1.0))));
        int count = segments == null ? 1 : segments.count();
        for (int i = 0; i < count; i++) {
            gains.add(new PairedGain());
        }
    }

    /** Before the rows of a block. */
    void begin(Block block) {
        if (values.length < block.rowCount()) {
            values = new double[block.rowCount()];
        }
        value.compute(block, values);
    }

    void add(Block block, int row, double weight, double otherWeight) {
        int at = segments == null ? 0 : segments.segment(block, row);
        gains.get(at).add(weight, otherWeight, values[row]);
    }

    /** Of all rows. */
    PairedGain gain() {
        return gains.get(0);
    }

    List<GuardedOutcome> outcomes(Baseline baseline, PairedGain.Floors floors) {
        List<GuardedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < gains.size(); i++) {
            String label = segments == null ? null : segments.label(i);
            outcomes.add(new GuardedOutcome(
                    outcome, segment, label, baseline, gains.get(i).estimate(floors)));
        }
        return outcomes;
    }
}
