package org.drlput.common.bias;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Segmentation;
import org.drlput.common.estimate.ValueSample;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;

/** The values of one feature in bins. A row may be in several bins, or in none, of a feature of many values. Immutable. */
sealed interface Axis {
    String feature();

    int bins();

    /** Adds 1 to {@code counts[bin]} for each bin that a row is in. */
    void add(Block block, int row, long[] counts);

    /** Whether bins are values that somebody knows by name; buckets of a hash are not. */
    boolean named();

    /** How people call a bin. */
    String label(int bin);

    /** One axis a feature, in the experiment's order by kind; numbers are cut into as many equal parts of the traffic. */
    static List<Axis> of(Experiment experiment, Iterable<Block> traffic, int quantiles) {
        FeatureSpace space = FeatureSpace.of(experiment.features());
        Map<Integer, ValueSample> samples = new LinkedHashMap<>();
        for (int f = 0; f < space.numeric().size(); f++) {
            samples.put(f, new ValueSample());
        }
        if (!samples.isEmpty()) {
            for (Block block : traffic) {
                samples.forEach((column, sample) -> {
                    for (int row = 0; row < block.rowCount(); row++) {
                        if (block.rowState()[row] != Block.REJECTED) {
                            sample.add(block.numeric()[column][row]);
                        }
                    }
                });
            }
        }
        List<Axis> axes = new ArrayList<>();
        for (int f = 0; f < space.numeric().size(); f++) {
            Numeric feature = space.numeric().get(f);
            ValueSample sample = samples.get(f);
            axes.add(new Cut(new Segmentation.Quantiles(
                    feature.name(), f, sample == null ? List.of() : sample.bounds(quantiles))));
        }
        for (int c = 0; c < space.categorical().size(); c++) {
            Categorical feature = space.categorical().get(c);
            axes.add(
                    feature.hashBuckets() > 0
                            ? new Buckets(feature.name(), c, feature.tableRows())
                            : new Cut(new Segmentation.Categories(feature.name(), c, feature.vocabulary())));
        }
        for (int m = 0; m < space.multiCategorical().size(); m++) {
            MultiCategorical feature = space.multiCategorical().get(m);
            axes.add(new Items(feature.name(), m, feature.tableRows(), feature.vocabulary()));
        }
        return axes;
    }

    /** A number cut at quantiles, or a category by its vocabulary: each row is in one bin. */
    record Cut(Segmentation segmentation) implements Axis {
        @Override
        public String feature() {
            return segmentation.feature();
        }

        @Override
        public int bins() {
            return segmentation.count();
        }

        @Override
        public void add(Block block, int row, long[] counts) {
            counts[segmentation.segment(block, row)]++;
        }

        @Override
        public boolean named() {
            return true;
        }

        @Override
        public String label(int bin) {
            return segmentation.label(bin);
        }
    }

    /** A category by its hash bucket. */
    record Buckets(String feature, int column, int bins) implements Axis {
        @Override
        public void add(Block block, int row, long[] counts) {
            counts[block.categorical()[column][row]]++;
        }

        @Override
        public boolean named() {
            return false;
        }

        @Override
        public String label(int bin) {
            return "bucket " + bin;
        }
    }

    /** The values of a multi-categorical feature: a row is in the bin of each of its values. */
    record Items(String feature, int column, int bins, List<String> vocabulary) implements Axis {
        @Override
        public void add(Block block, int row, long[] counts) {
            int from = block.bagOffsets()[column][row];
            int to = block.bagOffsets()[column][row + 1];
            int[] items = block.bags()[column];
            for (int i = from; i < to; i++) {
                boolean first = true;
                for (int j = from; j < i && first; j++) {
                    first = items[j] != items[i];
                }
                counts[items[i]] += first ? 1 : 0;
            }
        }

        @Override
        public boolean named() {
            return !vocabulary.isEmpty();
        }

        @Override
        public String label(int bin) {
            return bin < vocabulary.size() ? vocabulary.get(bin) : vocabulary.isEmpty() ? "bucket " + bin : "other";
        }
    }
}
