package org.drlput.common.gradient;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummationTreeTest {
    private static final int TABLE_ROWS = 12;
    private static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("embedding.user", TABLE_ROWS, 2, Role.EMBEDDING),
            new TensorSpec("layer0.weight", 3, 5, Role.DENSE),
            new TensorSpec("layer0.statistics", 5, 2, Role.STATISTIC));

    /** Sums whose last bits depend on the order of addition; now and then empty, now and then refused. */
    private static List<Contribution> lanes(int count, Random random) {
        List<Contribution> lanes = new ArrayList<>();
        for (int lane = 0; lane < count; lane++) {
            lanes.add(contribution(random));
        }
        return lanes;
    }

    private static Contribution contribution(Random random) {
        Contribution c = new Contribution(TENSORS);
        // what an empty contribution holds must not matter
        Arrays.fill(c.dense(1), Float.NaN);
        Arrays.fill(c.dense(2), Float.NaN);
        if (random.nextInt(4) == 0) {
            c.metrics().refusedMicroBatches = random.nextInt(2);
            return c;
        }
        fill(c.dense(1), random);
        fill(c.dense(2), random);
        for (int i = random.nextInt(6); i > 0; i--) {
            float[] row = new float[2];
            fill(row, random);
            c.sparse(0).addRow(random.nextInt(TABLE_ROWS), row, 0);
        }
        c.metrics().rows = 1L + random.nextInt(9);
        c.metrics().rewardSum = random.nextGaussian();
        c.metrics().weightSquareSum = random.nextGaussian();
        return c;
    }

    private static void fill(float[] values, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
        }
    }

    /** The sum of lanes [first, first + count) by the definition: left half + right half, an empty half adding nothing. */
    private record Expected(
            long rows, long refused, double rewardSum, float @Nullable [] dense, TreeMap<Integer, float[]> sparse) {
        static Expected of(List<Contribution> lanes, int first, int count) {
            if (count == 1) {
                Contribution c = lanes.get(first);
                TreeMap<Integer, float[]> rows = new TreeMap<>();
                for (int slot = 0; slot < c.sparse(0).count(); slot++) {
                    rows.put(
                            c.sparse(0).row(slot),
                            Arrays.copyOfRange(c.sparse(0).values(), 2 * slot, 2 * slot + 2));
                }
                return new Expected(
                        c.metrics().rows,
                        c.metrics().refusedMicroBatches,
                        c.metrics().rewardSum,
                        c.empty() ? null : c.dense(1).clone(),
                        rows);
            }
            return of(lanes, first, count / 2).plus(of(lanes, first + count / 2, count / 2));
        }

        private Expected plus(Expected right) {
            TreeMap<Integer, float[]> rows = new TreeMap<>(sparse);
            right.sparse.forEach((row, values) -> rows.merge(row, values, Expected::sum));
            return new Expected(
                    this.rows + right.rows,
                    refused + right.refused,
                    rewardSum + right.rewardSum,
                    dense == null ? right.dense : right.dense == null ? dense : sum(dense, right.dense),
                    rows);
        }

        private static float[] sum(float[] left, float[] right) {
            float[] sum = new float[left.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = left[i] + right[i];
            }
            return sum;
        }

        void check(Contribution found, String description) {
            assertThat(found.metrics().rows).as(description).isEqualTo(rows);
            assertThat(found.metrics().refusedMicroBatches).as(description).isEqualTo(refused);
            assertThat(Double.doubleToRawLongBits(found.metrics().rewardSum))
                    .as(description)
                    .isEqualTo(Double.doubleToRawLongBits(rewardSum));
            assertThat(found.empty()).as(description).isEqualTo(dense == null);
            if (dense != null) {
                assertThat(found.dense(1)).as(description).isEqualTo(dense);
            }
            TreeMap<Integer, List<Float>> rows = new TreeMap<>();
            for (int slot = 0; slot < found.sparse(0).count(); slot++) {
                float[] values = found.sparse(0).values();
                rows.put(found.sparse(0).row(slot), List.of(values[2 * slot], values[2 * slot + 1]));
            }
            TreeMap<Integer, List<Float>> expected = new TreeMap<>();
            sparse.forEach((row, values) -> expected.put(row, List.of(values[0], values[1])));
            assertThat(rows).as(description).isEqualTo(expected);
        }
    }

    private static Contribution copy(Contribution c) {
        Contribution copy = new Contribution(c.tensors());
        copy.metrics().add(c.metrics());
        System.arraycopy(c.dense(1), 0, copy.dense(1), 0, c.dense(1).length);
        System.arraycopy(c.dense(2), 0, copy.dense(2), 0, c.dense(2).length);
        copy.sparse(0).add(c.sparse(0));
        return copy;
    }

    /** The lanes of worker i of P added up in any order, as the worker sends them. */
    private static List<Subtree> work(List<Contribution> lanes, int worker, int workers, Random random) {
        int first = worker * lanes.size() / workers;
        int end = (worker + 1) * lanes.size() / workers;
        SummationTree tree = new SummationTree(TENSORS, first, end);
        List<Integer> order = new ArrayList<>();
        for (int lane = first; lane < end; lane++) {
            order.add(lane);
        }
        Collections.shuffle(order, random);
        for (int lane : order) {
            assertThat(tree.full()).isFalse();
            tree.add(lane, 1, copy(lanes.get(lane)));
        }
        assertThat(tree.full()).isTrue();
        List<Subtree> sent = new ArrayList<>();
        for (Subtree subtree = tree.poll(); subtree != null; subtree = tree.poll()) {
            sent.add(subtree);
        }
        assertThat(sent.stream().mapToInt(Subtree::lanes).sum()).isEqualTo(end - first);
        return sent;
    }

    private static void checkEverySplit(int laneCount, int workers, long seed) {
        Random random = new Random(seed);
        List<Contribution> lanes = lanes(laneCount, random);
        Expected expected = Expected.of(lanes, 0, laneCount);
        List<Subtree> sent = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            sent.addAll(work(lanes, worker, workers, random));
        }
        Collections.shuffle(sent, random);
        SummationTree shard = new SummationTree(TENSORS, 0, laneCount);
        for (Subtree subtree : sent) {
            assertThat(shard.poll()).isNull();
            shard.add(subtree.firstLane(), subtree.lanes(), subtree.contribution());
        }
        String description = "V %d, P %d, seed %d".formatted(laneCount, workers, seed);
        Subtree root = requireNonNull(shard.poll(), description);
        assertThat(root.lanes()).as(description).isEqualTo(laneCount);
        assertThat(shard.full()).as(description).isTrue();
        expected.check(root.contribution(), description);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32})
    void sumsHaveTheSameBitsForEverySplitAndEveryOrderOfArrival(int laneCount) {
        for (int workers = 1; workers <= laneCount; workers++) {
            for (long seed = 1; seed <= 20; seed++) {
                checkEverySplit(laneCount, workers, seed);
            }
        }
    }

    @Test
    void theMostLanesWorkToo() {
        for (int workers : new int[] {1, 7, 100, 255, 256}) {
            checkEverySplit(256, workers, workers);
        }
    }

    /** Lanes [3, 8) of 8: 3 alone, then 4 to 7, whose parent is outside. */
    @Test
    void aWorkerSendsTheLargestAlignedSubtreesOfItsLanes() {
        List<Contribution> lanes = lanes(8, new Random(1));
        SummationTree tree = new SummationTree(TENSORS, 3, 8);
        for (int lane = 3; lane < 8; lane++) {
            tree.add(lane, 1, lanes.get(lane));
        }

        Subtree first = tree.poll();
        Subtree second = tree.poll();

        assertThat(first).isEqualTo(new Subtree(3, 1, lanes.get(3)));
        assertThat(second).isEqualTo(new Subtree(4, 4, lanes.get(4)));
        assertThat(tree.poll()).isNull();
    }

    @Test
    void lanesOutsideTwiceOrNotAlignedAreRefused() {
        SummationTree tree = new SummationTree(TENSORS, 2, 8);
        tree.add(4, 2, tree.take());

        assertRefused(tree, 1, 1, "lanes [1, 2): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 8, 1, "lanes [8, 9): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 0, 4, "lanes [0, 4): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 3, 2, "lanes [3, 5): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 4, 3, "lanes [4, 7): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 4, 0, "lanes [4, 4): expected an aligned subtree of [2, 8)");
        assertRefused(tree, 4, 2, "lanes [4, 6): lane 4 was added before");
        assertRefused(tree, 5, 1, "lanes [5, 6): lane 5 was added before");
        assertRefused(tree, 4, 4, "lanes [4, 8): lane 4 was added before");
        assertThat(tree.full()).isFalse();
    }

    /** The sum of all lanes is done and nothing waits: a late duplicate must not start a second one. */
    @Test
    void aLaneOfAFinishedSumIsRefused() {
        SummationTree tree = new SummationTree(TENSORS, 0, 2);
        tree.add(0, 1, tree.take());
        tree.add(1, 1, tree.take());

        assertRefused(tree, 1, 1, "lanes [1, 2): lane 1 was added before");
        assertThat(tree.full()).isTrue();
    }

    private static void assertRefused(SummationTree tree, int lane, int lanes, String message) {
        assertThatThrownBy(() -> tree.add(lane, lanes, new Contribution(TENSORS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aTreeWithoutLanesIsRefused() {
        assertThatThrownBy(() -> new SummationTree(TENSORS, 3, 3))
                .hasMessage("lanes: found [3, 3), expected at least one lane from 0 on");
        assertThatThrownBy(() -> new SummationTree(TENSORS, -1, 3))
                .hasMessage("lanes: found [-1, 3), expected at least one lane from 0 on");
    }

    @Test
    void resetForgetsAStepWhereverItStands() {
        SummationTree tree = new SummationTree(TENSORS, 0, 4);
        tree.add(0, 2, tree.take());
        tree.add(3, 1, tree.take());
        tree.reset();

        List<Contribution> lanes = lanes(4, new Random(2));
        Expected expected = Expected.of(lanes, 0, 4);
        for (int lane : new int[] {3, 0, 2, 1}) {
            tree.add(lane, 1, lanes.get(lane));
        }
        Subtree root = requireNonNull(tree.poll());
        expected.check(root.contribution(), "after reset");
    }

    @Test
    void lanesInOrderNeedFewBuffers() {
        SummationTree tree = new SummationTree(TENSORS, 0, 64);
        List<Contribution> seen = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            for (int lane = 0; lane < 64; lane++) {
                Contribution contribution = tree.take();
                assertThat(contribution.empty()).isTrue();
                if (!seen.contains(contribution)) {
                    seen.add(contribution);
                }
                contribution.metrics().rows = 1;
                tree.add(lane, 1, contribution);
            }
            Subtree root = requireNonNull(tree.poll());
            tree.release(root.contribution());
            tree.reset();
        }
        // log2(64) + 1
        assertThat(seen).hasSize(7);
    }

    @Test
    void aContributionReleasedTwiceIsRefused() {
        SummationTree tree = new SummationTree(TENSORS, 0, 4);
        Contribution contribution = tree.take();
        tree.release(contribution);

        assertThatThrownBy(() -> tree.release(contribution)).hasMessage("the contribution was released before");
    }

    @Test
    void contributionsToOtherTensorsAreRefused() {
        Contribution other = new Contribution(List.of(new TensorSpec("output.bias", 3, 1, Role.DENSE_NO_DECAY)));

        assertThatThrownBy(() -> new Contribution(TENSORS).add(other))
                .hasMessage("contributions to different tensors can not be added");
    }
}
