package org.drlput.server.optimizer;

import java.util.List;
import java.util.Random;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/** Random weights and gradient sums of tensors of every role, and their cut into shards, for tests. */
final class Sums {
    static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("embedding.user", 11, 3, Role.EMBEDDING),
            new TensorSpec("layer0.weight", 7, 5, Role.DENSE),
            new TensorSpec("layer0.gamma", 5, 1, Role.DENSE_NO_DECAY),
            new TensorSpec("layer0.statistics", 5, 2, Role.STATISTIC));

    private Sums() {}

    static Parameters weights(long seed) {
        Random random = new Random(seed);
        Parameters weights = new Parameters(TENSORS);
        for (int t = 0; t < TENSORS.size(); t++) {
            fill(weights.values(t), random, 1);
        }
        return weights;
    }

    private static void fill(float[] values, Random random, double scale) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
    }

    /** Sums over some rows, of gradients of very different sizes; row 10 of the table is never touched. */
    static Contribution sum(long seed) {
        Random random = new Random(seed);
        Contribution sum = new Contribution(TENSORS);
        int rows = 1 + random.nextInt(100);
        sum.metrics().rows = rows;
        for (int t = 1; t < 3; t++) {
            fill(sum.dense(t), random, rows * Math.pow(10, random.nextInt(5) - 3));
        }
        float[] statistics = sum.dense(3);
        for (int i = 0; i < statistics.length; i += 2) {
            double mean = random.nextGaussian();
            statistics[i] = (float) (rows * mean);
            statistics[i + 1] = (float) (rows * (mean * mean + random.nextDouble()));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            float[] row = new float[3];
            fill(row, random, rows);
            sum.sparse(0).addRow(random.nextInt(10), row, 0);
        }
        return sum;
    }

    static List<TensorSpec> part(ShardLayout layout, int shard) {
        return TENSORS.stream().map(t -> t.withRows(layout.rowCount(t, shard))).toList();
    }

    static Parameters part(Parameters whole, ShardLayout layout, int shard) {
        Parameters part = new Parameters(part(layout, shard));
        for (int t = 0; t < TENSORS.size(); t++) {
            int from = layout.firstRow(TENSORS.get(t), shard) * TENSORS.get(t).columns();
            System.arraycopy(whole.values(t), from, part.values(t), 0, part.values(t).length);
        }
        return part;
    }

    static Contribution part(Contribution whole, ShardLayout layout, int shard) {
        Contribution part = new Contribution(part(layout, shard));
        part.metrics().add(whole.metrics());
        for (int t = 0; t < TENSORS.size(); t++) {
            TensorSpec tensor = TENSORS.get(t);
            int first = layout.firstRow(tensor, shard);
            if (tensor.sparse()) {
                SparseRows rows = whole.sparse(t);
                for (int slot = 0; slot < rows.count(); slot++) {
                    if (layout.owner(tensor, rows.row(slot)) == shard) {
                        part.sparse(t).addRow(rows.row(slot) - first, rows.values(), slot * rows.columns());
                    }
                }
            } else {
                System.arraycopy(whole.dense(t), first * tensor.columns(), part.dense(t), 0, part.dense(t).length);
            }
        }
        return part;
    }
}
