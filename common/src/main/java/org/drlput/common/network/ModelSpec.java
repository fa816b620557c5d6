package org.drlput.common.network;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/**
 * Shape of the policy network: embeddings, then per hidden layer Linear, BatchNorm, ReLU, then a linear output of one logit per
 * action. With batch norm a hidden layer has no bias (its gradient would be zero).
 *
 * <p>Tensors, in this order: {@code embedding.<feature>} {@code [tableRows, dimension]} for the categorical, then the
 * multi-categorical features; per layer {@code layer<i>.weight} {@code [in, out]} and either {@code layer<i>.gamma},
 * {@code layer<i>.beta} {@code [out]} and {@code layer<i>.statistics} {@code [out, 2]} or {@code layer<i>.bias} {@code [out]};
 * {@code output.weight} {@code [in, actions]}, {@code output.bias} {@code [actions]}.
 */
public record ModelSpec(
        FeatureSpace features, List<Integer> hidden, boolean batchNorm, double batchNormMomentum, int actions) {

    public ModelSpec {
        hidden = List.copyOf(hidden);
    }

    /** The network that an experiment asks for. */
    public static ModelSpec of(Experiment experiment) {
        return new ModelSpec(
                FeatureSpace.of(experiment.features()),
                experiment.network().hidden(),
                experiment.network().batchNorm(),
                experiment.network().batchNormMomentum(),
                ActionSpace.of(experiment.actions()).size());
    }

    /** Name of the table of a categorical or multi-categorical feature. */
    public static String embeddingName(String feature) {
        return "embedding." + feature;
    }

    /** All tensors, in the order above. */
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (Categorical feature : features.categorical()) {
            tensors.add(new TensorSpec(
                    embeddingName(feature.name()), feature.tableRows(), feature.dimension(), Role.EMBEDDING));
        }
        for (MultiCategorical feature : features.multiCategorical()) {
            tensors.add(new TensorSpec(
                    embeddingName(feature.name()), feature.tableRows(), feature.dimension(), Role.EMBEDDING));
        }
        int in = features.inputWidth();
        for (int i = 0; i < hidden.size(); i++) {
            int out = hidden.get(i);
            String layer = "layer" + i + ".";
            tensors.add(new TensorSpec(layer + "weight", in, out, Role.DENSE));
            if (batchNorm) {
                tensors.add(new TensorSpec(layer + "gamma", out, 1, Role.DENSE_NO_DECAY));
                tensors.add(new TensorSpec(layer + "beta", out, 1, Role.DENSE_NO_DECAY));
                tensors.add(new TensorSpec(layer + "statistics", out, 2, Role.STATISTIC));
            } else {
                tensors.add(new TensorSpec(layer + "bias", out, 1, Role.DENSE_NO_DECAY));
            }
            in = out;
        }
        tensors.add(new TensorSpec("output.weight", in, actions, Role.DENSE));
        tensors.add(new TensorSpec("output.bias", actions, 1, Role.DENSE_NO_DECAY));
        return List.copyOf(tensors);
    }
}
