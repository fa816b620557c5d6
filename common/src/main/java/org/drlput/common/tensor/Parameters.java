package org.drlput.common.tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of a list of tensors, row-major float32. Mutable and not thread-safe: whoever holds it owns the arrays.
 */
public final class Parameters {
    private final List<TensorSpec> tensors;
    private final float[][] values;
    private final Map<String, Integer> indexByName = new HashMap<>();

    public Parameters(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
        this.values = new float[tensors.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new float[tensors.get(i).size()];
            if (indexByName.put(tensors.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "two tensors are named " + tensors.get(i).name());
            }
        }
    }

    /** The same values in arrays of their own. */
    public Parameters copy() {
        Parameters copy = new Parameters(tensors);
        for (int i = 0; i < values.length; i++) {
            System.arraycopy(values[i], 0, copy.values[i], 0, values[i].length);
        }
        return copy;
    }

    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** The live array of tensor i, shape {@code [rows, columns]}. */
    public float[] values(int index) {
        return values[index];
    }

    /** The live array of the tensor of that name. */
    public float[] values(String name) {
        int index = index(name);
        if (index < 0) {
            throw new IllegalArgumentException("tensor '%s': there are %s"
                    .formatted(name, tensors.stream().map(TensorSpec::name).toList()));
        }
        return values[index];
    }

    /** Index of a tensor by name; -1 where there is none. */
    public int index(String name) {
        return indexByName.getOrDefault(name, -1);
    }
}
