package org.drlput.common.select;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Version;

/** One action for everybody, as weights of the same network: whoever uses versions needs to know nothing of it. */
public final class ConstantPolicy {
    private ConstantPolicy() {}

    /** The version with the outputs of its members replaced: whatever the state, {@code action} has the greatest logit. */
    public static Version of(Version version, int action) {
        ModelSpec model = version.model();
        if (action < 0 || action >= model.actions()) {
            throw new IllegalArgumentException(
                    "action: found %d, expected 0 to %d".formatted(action, model.actions() - 1));
        }
        Parameters weights = version.weights().copy();
        for (TensorSpec tensor : model.tensors()) {
            String name = tensor.name();
            float[] values = weights.values(name);
            if (name.startsWith("reward") || !name.startsWith("output.") && !name.contains(".output.")) {
                continue;
            }
            Arrays.fill(values, 0f);
            if (name.endsWith("axes.bias")) {
                raiseLevels(values, action, model.head().axes());
            } else if (name.endsWith("bias")) {
                values[action] = 1f;
            }
        }
        return new Version(
                version.manifest(), version.experiment(), model, version.actions(), version.statistics(), weights);
    }

    /** The action's level of each axis; levels of the axes stand one behind the other, the most significant axis first. */
    private static void raiseLevels(float[] bias, int action, List<Integer> axes) {
        int end = bias.length;
        int rest = action;
        for (int axis = axes.size() - 1; axis >= 0; axis--) {
            int levels = axes.get(axis);
            bias[end - levels + rest % levels] = 1f;
            rest /= levels;
            end -= levels;
        }
    }
}
