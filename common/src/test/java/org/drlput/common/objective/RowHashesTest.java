package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.RandomModel;
import org.junit.jupiter.api.Test;

class RowHashesTest {
    private final ModelSpec spec =
            RandomModel.shape("hashed", 2, 1, 1, java.util.List.of(3), true, 4).spec();

    @Test
    void foldsAreEven() {
        EncodedBatch batch = RandomModel.batch(spec, 10_000, 1);
        RowHashes hashes = new RowHashes(10_000);
        hashes.compute(batch);
        int[] members = new int[5];
        int[] models = new int[2];
        int[][] both = new int[2][2];
        for (int r = 0; r < 10_000; r++) {
            members[hashes.member(r, 5)]++;
            models[hashes.model(r, 2)]++;
            both[hashes.member(r, 2)][hashes.model(r, 2)]++;
        }
        // five deviations of a binomial
        for (int count : members) {
            assertThat(count).isBetween(1_800, 2_200);
        }
        assertThat(models[0]).isBetween(4_750, 5_250);
        for (int[] row : both) {
            assertThat(row[0]).isBetween(2_280, 2_720);
        }
    }

    /** Wherever it stands, and whatever was logged of it. */
    @Test
    void rowsOfTheSameStateHaveTheSameFolds() {
        EncodedBatch batch = RandomModel.batch(spec, 40, 2);
        RowHashes hashes = new RowHashes(40);
        hashes.compute(batch);
        int member = hashes.member(7, 64);
        int[] bag = java.util.Arrays.copyOfRange(batch.bags[0], batch.bagOffsets[0][7], batch.bagOffsets[0][8]);

        EncodedBatch alone = RandomModel.batch(spec, 2, 3);
        System.arraycopy(batch.numeric, 14, alone.numeric, 2, 2);
        alone.categorical[0][1] = batch.categorical[0][7];
        alone.bags[0] = java.util.Arrays.copyOf(alone.bags[0], 100);
        System.arraycopy(bag, 0, alone.bags[0], alone.bagOffsets[0][1], bag.length);
        alone.bagOffsets[0][2] = alone.bagOffsets[0][1] + bag.length;
        RowHashes others = new RowHashes(2);
        others.compute(alone);
        assertThat(others.member(1, 64)).isEqualTo(member);

        alone.numeric[3] += 1;
        others.compute(alone);
        int moved = others.member(1, 1 << 20);
        alone.numeric[3] -= 1;
        others.compute(alone);
        assertThat(others.member(1, 1 << 20)).isNotEqualTo(moved);
    }
}
