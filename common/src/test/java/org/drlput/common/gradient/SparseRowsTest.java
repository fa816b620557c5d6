package org.drlput.common.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SparseRowsTest {
    private static float[] row(SparseRows rows, int slot) {
        return Arrays.copyOfRange(rows.values(), slot * rows.columns(), (slot + 1) * rows.columns());
    }

    @Test
    void rowsStandInTheOrderOfTheirFirstTouch() {
        SparseRows rows = new SparseRows(10, 2);
        float[] source = {9, 1, 2, 3, 4};

        rows.addRow(7, source, 1);
        rows.addRow(3, source, 3);
        rows.addRow(7, source, 3);

        assertThat(rows.count()).isEqualTo(2);
        assertThat(rows.row(0)).isEqualTo(7);
        assertThat(rows.row(1)).isEqualTo(3);
        assertThat(row(rows, 0)).containsExactly(4, 6);
        assertThat(row(rows, 1)).containsExactly(3, 4);
        assertThat(rows.contains(7)).isTrue();
        assertThat(rows.contains(0)).isFalse();
    }

    /** -0 + 0 would be +0: an absent row is not a row of zeros. */
    @Test
    void theFirstValuesOfARowKeepTheirBits() {
        SparseRows left = new SparseRows(4, 1);
        SparseRows right = new SparseRows(4, 1);
        right.addRow(2, new float[] {-0f}, 0);

        left.add(right);

        assertThat(Float.floatToRawIntBits(row(left, 0)[0])).isEqualTo(Float.floatToRawIntBits(-0f));
    }

    @Test
    void anEmptySumAddsNothing() {
        SparseRows rows = new SparseRows(4, 1);
        rows.add(new SparseRows(4, 1));

        assertThat(rows.count()).isZero();
    }

    @Test
    void manyRowsAreTheSumsOfAMap() {
        SplittableRandom random = new SplittableRandom(1);
        SparseRows rows = new SparseRows(1000, 3);
        for (int round = 0; round < 3; round++) {
            rows.clear();
            Map<Integer, float[]> expected = new HashMap<>();
            for (int i = 0; i < 2000; i++) {
                int row = random.nextInt(1000);
                float[] values = {random.nextInt(100), random.nextInt(100), round};
                rows.addRow(row, values, 0);
                expected.merge(row, values, (x, y) -> new float[] {x[0] + y[0], x[1] + y[1], x[2] + y[2]});
            }
            assertThat(rows.count()).isEqualTo(expected.size());
            for (int slot = 0; slot < rows.count(); slot++) {
                assertThat(row(rows, slot)).isEqualTo(expected.get(rows.row(slot)));
            }
        }
    }

    @Test
    void clearedRowsAreAbsent() {
        SparseRows rows = new SparseRows(4, 1);
        rows.addRow(2, new float[] {5}, 0);
        rows.clear();

        assertThat(rows.count()).isZero();
        assertThat(rows.contains(2)).isFalse();
        rows.addRow(2, new float[] {1}, 0);
        assertThat(row(rows, 0)).containsExactly(1);
    }

    @Test
    void aRowOutsideOfTheTableIsRefused() {
        SparseRows rows = new SparseRows(4, 1);

        assertThatThrownBy(() -> rows.touch(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> rows.touch(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(rows.count()).isZero();
    }
}
