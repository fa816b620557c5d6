package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.jspecify.annotations.Nullable;

/** Cuts rows into segments by one feature. Immutable. */
public sealed interface Segmentation {
    String feature();

    /** How many segments there are, empty ones included. */
    int count();

    /** The segment of a row, in [0, count). */
    int segment(Block block, int row);

    /** How people call a segment. */
    String label(int segment);

    /** The least value of a segment of numbers; null where it is open. */
    @Nullable
    Double from(int segment);

    /** The value below which a segment of numbers ends; null where it is open. */
    @Nullable
    Double to(int segment);

    /**
     * The experiment's segments. The bounds of quantiles are those of the rows themselves: their values are sampled where they are
     * more than a million.
     */
    static List<Segmentation> of(Experiment experiment, RowSurvey survey) {
        FeatureSpace space = FeatureSpace.of(experiment.features());
        List<String> numeric = space.numeric().stream().map(Numeric::name).toList();
        List<String> categorical =
                space.categorical().stream().map(Categorical::name).toList();
        List<Segmentation> segmentations = new ArrayList<>();
        for (Experiment.Segment segment : experiment.evaluation().segments()) {
            String feature = segment.feature();
            ValueSample sample = survey.samples().get(feature);
            if (sample != null) {
                segmentations.add(new Quantiles(feature, numeric.indexOf(feature), sample.bounds(segment.quantiles())));
            } else {
                int column = categorical.indexOf(feature);
                segmentations.add(new Categories(
                        feature, column, space.categorical().get(column).vocabulary()));
            }
        }
        return segmentations;
    }

    /**
     * By quantiles of a numeric feature. Segment j holds the values in {@code [bounds[j - 1], bounds[j])}, the first and the last
     * are open, and one more holds the missing ones. Equal values are never torn apart: where many are equal there are fewer
     * segments.
     */
    record Quantiles(String feature, int column, List<Float> bounds) implements Segmentation {
        @Override
        public int count() {
            return bounds.size() + 2;
        }

        @Override
        public int segment(Block block, int row) {
            float value = block.numeric()[column][row];
            if (Float.isNaN(value)) {
                return bounds.size() + 1;
            }
            int low = 0;
            int high = bounds.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (bounds.get(middle) <= value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public String label(int segment) {
            if (segment > bounds.size()) {
                return "missing";
            } else if (bounds.isEmpty()) {
                return "all";
            } else if (segment == 0) {
                return "below " + text(bounds.get(0));
            } else if (segment == bounds.size()) {
                return text(bounds.get(segment - 1)) + " and above";
            }
            return text(bounds.get(segment - 1)) + " to " + text(bounds.get(segment));
        }

        /** Four digits. */
        private static String text(float bound) {
            String text = String.format(Locale.ROOT, "%.4g", bound);
            return text.contains(".") && !text.contains("e") ? text.replaceAll("\\.?0+$", "") : text;
        }

        @Override
        public @Nullable Double from(int segment) {
            return segment == 0 || segment > bounds.size() ? null : decimal(bounds.get(segment - 1));
        }

        @Override
        public @Nullable Double to(int segment) {
            return segment >= bounds.size() ? null : decimal(bounds.get(segment));
        }

        /** 0.1, not 0.10000000149. */
        private static double decimal(float value) {
            return Double.parseDouble(Float.toString(value));
        }
    }

    /** By the words of a vocabulary; one more segment holds all other values and the missing ones. */
    record Categories(String feature, int column, List<String> vocabulary) implements Segmentation {
        @Override
        public int count() {
            return vocabulary.size() + 1;
        }

        @Override
        public int segment(Block block, int row) {
            return block.categorical()[column][row];
        }

        @Override
        public String label(int segment) {
            return segment < vocabulary.size() ? vocabulary.get(segment) : "other or missing";
        }

        @Override
        public @Nullable Double from(int segment) {
            return null;
        }

        @Override
        public @Nullable Double to(int segment) {
            return null;
        }
    }
}
