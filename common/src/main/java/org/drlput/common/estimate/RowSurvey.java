package org.drlput.common.estimate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.drlput.common.log.FirstPassResult.NumericStatistics;

/** What has to be known of the rows before they are judged, from one pass over them. Mutable; one thread. */
final class RowSurvey {
    private final EvaluationScope.Rows rows;
    private final List<String> numeric;
    private final Map<String, ValueSample> samples = new LinkedHashMap<>();
    /** Per numeric feature: its values, moved by the first one, so that squares do not cancel. */
    private final Spread[] spreads;

    private long count;

    private static final class Spread {
        private long n;
        private long missing;
        private double first;
        private double sum;
        private double squares;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;

        void add(float value) {
            if (Float.isNaN(value)) {
                missing++;
                return;
            }
            first = n == 0 ? value : first;
            double moved = value - first;
            sum += moved;
            squares += moved * moved;
            min = Math.min(min, value);
            max = Math.max(max, value);
            n++;
        }

        NumericStatistics statistics() {
            double mean = n == 0 ? 0 : sum / n;
            double variance = n == 0 ? 0 : squares / n - mean * mean;
            double deviation = variance > 0 ? Math.sqrt(variance) : 1;
            return new NumericStatistics(first + mean, deviation, min, max, missing);
        }
    }

    private RowSurvey(Experiment experiment, EvaluationScope.Rows rows) {
        this.rows = rows;
        numeric = FeatureSpace.of(experiment.features()).numeric().stream()
                .map(Numeric::name)
                .toList();
        spreads = new Spread[numeric.size()];
        for (int f = 0; f < spreads.length; f++) {
            spreads[f] = new Spread();
        }
        for (Experiment.Segment segment : experiment.evaluation().segments()) {
            if (segment.quantiles() > 0) {
                samples.put(segment.feature(), new ValueSample());
            }
        }
    }

    static RowSurvey of(Experiment experiment, EvaluationScope.Rows rows, Iterable<Block> blocks) {
        RowSurvey survey = new RowSurvey(experiment, rows);
        for (Block block : blocks) {
            survey.add(block);
        }
        return survey;
    }

    private void add(Block block) {
        samples.forEach((name, sample) -> sample.add(block, rows, numeric.indexOf(name)));
        for (int i = 0; i < block.rowCount(); i++) {
            if (rows.include(block.rowState()[i])) {
                count++;
                for (int f = 0; f < spreads.length; f++) {
                    spreads[f].add(block.numeric()[f][i]);
                }
            }
        }
    }

    /** How many rows will be judged. */
    long count() {
        return count;
    }

    /** Of each numeric feature that is cut into quantiles, by name. */
    Map<String, ValueSample> samples() {
        return samples;
    }

    /** Of all numeric features, by name. */
    Map<String, NumericStatistics> statistics() {
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        for (int f = 0; f < spreads.length; f++) {
            statistics.put(numeric.get(f), spreads[f].statistics());
        }
        return statistics;
    }
}
