package org.drlput.common.network;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Head;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.Experiment.RewardNetwork;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/**
 * Shape of the policy network: embeddings, and on them towers, each of hidden layers (Linear, BatchNorm, ReLU) and one or two linear
 * outputs. With batch norm a hidden layer has no bias (its gradient would be zero).
 *
 * <p>Each of the {@code members} is a tower with one logit per action; the policy is the mean of their probabilities. A model of the
 * reward is one more output of the only member's tower, or a tower of its own, or two for cross-fitting.
 *
 * <p>Tensors, in this order: {@code embedding.<feature>} {@code [tableRows, dimension]} for the categorical, then the
 * multi-categorical features; then per tower, its names with a prefix ({@code ""}, {@code member<m>.}, {@code reward<f>.}): per layer
 * {@code layer<i>.weight} {@code [in, out]} and either {@code layer<i>.gamma}, {@code layer<i>.beta} {@code [out]} and
 * {@code layer<i>.statistics} {@code [out, 2]} or {@code layer<i>.bias} {@code [out]}; per output {@code output.weight}
 * {@code [in, actions]}, {@code output.bias} {@code [actions]}, and where the head knows the grid's axes {@code output.axes.weight}
 * {@code [in, levels of all axes]}, {@code output.axes.bias}.
 */
public record ModelSpec(
        FeatureSpace features,
        List<Integer> hidden,
        boolean batchNorm,
        double batchNormMomentum,
        int actions,
        ActionHead head,
        int members,
        RewardHead reward) {

    public ModelSpec {
        hidden = List.copyOf(hidden);
        if (members > 1 && reward.shared()) {
            throw new IllegalArgumentException("a reward model that shares the tower of %d members".formatted(members));
        }
    }

    /** One member and no model of the reward. */
    public ModelSpec(
            FeatureSpace features, List<Integer> hidden, boolean batchNorm, double batchNormMomentum, int actions) {
        this(features, hidden, batchNorm, batchNormMomentum, actions, ActionHead.PLAIN, 1, RewardHead.NONE);
    }

    /**
     * What an action's output is the sum of.
     *
     * @param axes how many levels each axis of the grid has, the most significant first, for an output per level; empty: none
     * @param plain whether there is an output per action
     */
    public record ActionHead(List<Integer> axes, boolean plain) {
        public static final ActionHead PLAIN = new ActionHead(List.of(), true);

        public ActionHead {
            axes = List.copyOf(axes);
        }

        static ActionHead of(Head head, ActionSpace actions) {
            return head == Head.PLAIN ? PLAIN : new ActionHead(actions.axisSizes(), head == Head.MIXED);
        }
    }

    /**
     * The model of the reward.
     *
     * @param outputs one: of the state; one per action; 0: there is none
     * @param shared whether it is an output of the policy's tower
     * @param folds models, each with a tower of its own, of which each row trains one and is predicted by the other; 1: one for all
     */
    public record RewardHead(int outputs, boolean shared, int folds) {
        public static final RewardHead NONE = new RewardHead(0, false, 0);

        public RewardHead {
            if (shared && folds != 1 || folds > 2) {
                throw new IllegalArgumentException("reward model: %d folds, shared: %s".formatted(folds, shared));
            }
        }

        static RewardHead of(Experiment.Objective objective, int actions) {
            boolean ofActions = objective.type() == ObjectiveType.DOUBLY_ROBUST;
            if (!ofActions && objective.baseline() != Baseline.LEARNED) {
                return NONE;
            }
            Experiment.RewardModel model = objective.rewardModel();
            return new RewardHead(
                    ofActions ? actions : 1, model.network() == RewardNetwork.SHARED, model.crossFit() ? 2 : 1);
        }
    }

    /** @param prefix of the names of its layers' tensors */
    record Tower(String prefix, List<Output> outputs) {}

    record Output(String name, int width, ActionHead head) {
        int tensors() {
            return (head.plain() ? 2 : 0) + (head.axes().isEmpty() ? 0 : 2);
        }
    }

    /** The network that an experiment asks for. */
    public static ModelSpec of(Experiment experiment) {
        ActionSpace space = ActionSpace.of(experiment.actions());
        int actions = space.size();
        return new ModelSpec(
                FeatureSpace.of(experiment.policyFeatures()),
                experiment.network().hidden(),
                experiment.network().batchNorm(),
                experiment.network().batchNormMomentum(),
                actions,
                ActionHead.of(experiment.network().head(), space),
                experiment.network().members(),
                RewardHead.of(experiment.objective(), actions));
    }

    /** Name of the table of a categorical or multi-categorical feature. */
    public static String embeddingName(String feature) {
        return "embedding." + feature;
    }

    /** Members first, then the reward's. */
    List<Tower> towers() {
        List<Tower> towers = new ArrayList<>();
        for (int m = 0; m < members; m++) {
            String prefix = m == 0 ? "" : "member" + m + ".";
            List<Output> outputs = new ArrayList<>();
            outputs.add(new Output(prefix + "output", actions, head));
            if (reward.shared()) {
                outputs.add(rewardOutput("reward0."));
            }
            towers.add(new Tower(prefix, outputs));
        }
        for (int f = 0; f < reward.folds() && !reward.shared(); f++) {
            String prefix = "reward" + f + ".";
            towers.add(new Tower(prefix, List.of(rewardOutput(prefix))));
        }
        return List.copyOf(towers);
    }

    private Output rewardOutput(String prefix) {
        return new Output(prefix + "output", reward.outputs(), reward.outputs() == actions ? head : ActionHead.PLAIN);
    }

    /** How many there are. */
    public int towerCount() {
        return towers().size();
    }

    /** How many tensors a hidden layer has. */
    int layerTensors() {
        return batchNorm ? 4 : 2;
    }

    /** The greatest width of the input and the hidden layers. */
    int widest() {
        return Math.max(
                features.inputWidth(),
                hidden.stream().mapToInt(Integer::intValue).max().orElse(0));
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
        towers().forEach(tower -> addTensors(tower, tensors));
        return List.copyOf(tensors);
    }

    private void addTensors(Tower tower, List<TensorSpec> tensors) {
        int in = features.inputWidth();
        for (int i = 0; i < hidden.size(); i++) {
            int out = hidden.get(i);
            String layer = tower.prefix() + "layer" + i + ".";
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
        for (Output output : tower.outputs()) {
            if (output.head().plain()) {
                addOutput(output.name(), in, output.width(), tensors);
            }
            if (!output.head().axes().isEmpty()) {
                int levels = output.head().axes().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                addOutput(output.name() + ".axes", in, levels, tensors);
            }
        }
    }

    private static void addOutput(String name, int in, int width, List<TensorSpec> tensors) {
        tensors.add(new TensorSpec(name + ".weight", in, width, Role.DENSE));
        tensors.add(new TensorSpec(name + ".bias", width, 1, Role.DENSE_NO_DECAY));
    }
}
