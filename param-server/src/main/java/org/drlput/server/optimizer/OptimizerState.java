package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.server.optimizer.Optimizer.State;

/** A copy of an optimizer's arrays, in its order; whoever holds it owns them. What else it needs is a function of the step. */
public record OptimizerState(List<State> arrays) {
    public OptimizerState {
        arrays = List.copyOf(arrays);
    }

    void copyInto(List<State> live) {
        if (!shapes(live).equals(shapes(arrays))) {
            throw new IllegalArgumentException(
                    "optimizer state: found %s, expected %s".formatted(shapes(arrays), shapes(live)));
        }
        for (int i = 0; i < arrays.size(); i++) {
            float[] from = arrays.get(i).values();
            System.arraycopy(from, 0, live.get(i).values(), 0, from.length);
        }
    }

    private static List<String> shapes(List<State> arrays) {
        return arrays.stream()
                .map(array -> array.name() + "[" + array.values().length + "]")
                .toList();
    }
}
