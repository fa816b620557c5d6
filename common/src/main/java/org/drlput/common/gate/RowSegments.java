package org.drlput.common.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Segment;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;

/**
 * Cuts rows into segments by one feature: by the words of a vocabulary and one more for all others, or by quantiles of a number and
 * one more for missing ones. Immutable.
 */
final class RowSegments {
    /** Of numeric features; {@code column} counts among those of its type. */
    private final boolean numeric;

    private final int column;
    private final float[] bounds;
    private final List<String> labels;

    private RowSegments(boolean numeric, int column, float[] bounds, List<String> labels) {
        this.numeric = numeric;
        this.column = column;
        this.bounds = bounds;
        this.labels = List.copyOf(labels);
    }

    /** @param blocks whose values make the bounds of quantiles; rejected rows are left out */
    static RowSegments of(Experiment experiment, String feature, Iterable<Block> blocks) {
        Segment segment = experiment.evaluation().segments().stream()
                .filter(candidate -> candidate.feature().equals(feature))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no segment " + feature));
        FeatureSpace space = FeatureSpace.of(experiment.features());
        if (segment.quantiles() > 0) {
            int column = space.numeric().stream().map(Numeric::name).toList().indexOf(feature);
            return quantiles(column, bounds(blocks, column, segment.quantiles()));
        }
        int column = space.categorical().stream()
                .map(Experiment.Categorical::name)
                .toList()
                .indexOf(feature);
        List<String> labels = new ArrayList<>(space.categorical().get(column).vocabulary());
        labels.add("other or missing");
        return new RowSegments(false, column, new float[0], labels);
    }

    private static float[] bounds(Iterable<Block> blocks, int column, int quantiles) {
        float[] values = new float[1024];
        int size = 0;
        for (Block block : blocks) {
            for (int row = 0; row < block.rowCount(); row++) {
                float value = block.numeric()[column][row];
                if (block.rowState()[row] != Block.REJECTED && !Float.isNaN(value)) {
                    values = size == values.length ? Arrays.copyOf(values, 2 * size) : values;
                    values[size++] = value;
                }
            }
        }
        Arrays.sort(values, 0, size);
        float[] bounds = new float[quantiles - 1];
        int count = 0;
        for (int j = 1; j < quantiles && size > 0; j++) {
            float bound = values[(int) ((long) j * size / quantiles)];
            if (bound > (count == 0 ? values[0] : bounds[count - 1])) {
                bounds[count++] = bound;
            }
        }
        return Arrays.copyOf(bounds, count);
    }

    private static RowSegments quantiles(int column, float[] bounds) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i <= bounds.length; i++) {
            String from = i == 0 ? "" : String.format(Locale.ROOT, "%.4g", bounds[i - 1]);
            String to = i == bounds.length ? "" : String.format(Locale.ROOT, "%.4g", bounds[i]);
            labels.add(
                    from.isEmpty()
                            ? (to.isEmpty() ? "all" : "below " + to)
                            : to.isEmpty() ? from + " and above" : from + " to " + to);
        }
        labels.add("missing");
        return new RowSegments(true, column, bounds, labels);
    }

    int count() {
        return labels.size();
    }

    String label(int segment) {
        return labels.get(segment);
    }

    /** In [0, count). */
    int segment(Block block, int row) {
        if (!numeric) {
            return block.categorical()[column][row];
        }
        float value = block.numeric()[column][row];
        if (Float.isNaN(value)) {
            return bounds.length + 1;
        }
        int segment = 0;
        while (segment < bounds.length && bounds[segment] <= value) {
            segment++;
        }
        return segment;
    }
}
