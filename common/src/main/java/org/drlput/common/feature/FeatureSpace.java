package org.drlput.common.feature;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;

/**
 * The network's input as the features lay it out: first all numeric columns, then the embeddings of the categorical features,
 * then the pooled embeddings of the multi-categorical ones, each group in the experiment's order.
 *
 * <p>A numeric feature takes one column, or two (sine, cosine) with a period, and one more (the indicator, 1 where missing)
 * where missing values are declared.
 */
public record FeatureSpace(
        List<Numeric> numeric, List<Categorical> categorical, List<MultiCategorical> multiCategorical) {

    public static FeatureSpace of(List<Feature> features) {
        List<Numeric> numeric = new ArrayList<>();
        List<Categorical> categorical = new ArrayList<>();
        List<MultiCategorical> multi = new ArrayList<>();
        for (Feature feature : features) {
            if (feature instanceof Numeric n) {
                numeric.add(n);
            } else if (feature instanceof Categorical c) {
                categorical.add(c);
            } else if (feature instanceof MultiCategorical m) {
                multi.add(m);
            }
        }
        return new FeatureSpace(List.copyOf(numeric), List.copyOf(categorical), List.copyOf(multi));
    }

    /** Columns that one numeric feature takes. */
    public static int columns(Numeric feature) {
        return (feature.period() > 0 ? 2 : 1) + (feature.missing() == Missing.REJECT ? 0 : 1);
    }

    /** Columns of all numeric features. */
    public int numericWidth() {
        return numeric.stream().mapToInt(FeatureSpace::columns).sum();
    }

    /** Width of the network's input. */
    public int inputWidth() {
        return numericWidth()
                + categorical.stream().mapToInt(Categorical::dimension).sum()
                + multiCategorical.stream()
                        .mapToInt(MultiCategorical::dimension)
                        .sum();
    }
}
