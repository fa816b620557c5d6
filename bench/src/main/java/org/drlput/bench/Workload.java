package org.drlput.bench;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.network.ModelSpec;

/** The two sizes of work that are compared with the peers; the peers' {@code workload.py} has the same. */
enum Workload {
    A(24, List.of(50, 100, 500, 1000, 5000, 10000, 50000, 100000), List.of(256, 128, 64), 64, 1024, 1 << 20),
    B(
            128,
            List.of(
                    50, 100, 200, 500, 1000, 1000, 2000, 2000, 5000, 5000, 10000, 10000, 50, 100, 200, 500, 1000, 1000,
                    2000, 2000, 5000, 5000, 10000, 100000),
            List.of(1024, 512, 256),
            256,
            4096,
            1 << 18);

    private static final int DIMENSION = 16;
    /** V: micro-batches of a step. */
    static final int MICRO_BATCHES = 8;

    final int numbers;
    final List<Integer> tableRows;
    final List<Integer> hidden;
    final int actions;
    final int rowsPerStep;
    final int rows;

    Workload(int numbers, List<Integer> tableRows, List<Integer> hidden, int actions, int rowsPerStep, int rows) {
        this.numbers = numbers;
        this.tableRows = tableRows;
        this.hidden = hidden;
        this.actions = actions;
        this.rowsPerStep = rowsPerStep;
        this.rows = rows;
    }

    int rowsPerMicroBatch() {
        return rowsPerStep / MICRO_BATCHES;
    }

    ModelSpec model() {
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < numbers; i++) {
            features.add(new Numeric("number" + i, Missing.REJECT, 0));
        }
        for (int i = 0; i < tableRows.size(); i++) {
            features.add(new Categorical("category" + i, List.of(), tableRows.get(i), DIMENSION));
        }
        return new ModelSpec(FeatureSpace.of(features), hidden, true, 0.1, actions);
    }
}
