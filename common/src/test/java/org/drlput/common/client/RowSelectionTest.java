package org.drlput.common.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;

class RowSelectionTest {
    private final RowSelection rows = new RowSelection(List.of(
            new TensorSpec("table", 1_000, 2, Role.EMBEDDING),
            new TensorSpec("weight", 3, 2, Role.DENSE),
            new TensorSpec("other", 4, 2, Role.EMBEDDING)));

    private int[] selected(int tensor) {
        return Arrays.copyOf(rows.rows(tensor), rows.count(tensor));
    }

    @Test
    void aRowIsSelectedOnceHoweverOftenItIsAdded() {
        rows.addAll(0, new int[] {7, 3, 7, 999, 3, 0, 5}, 6);
        rows.add(0, 999);
        rows.add(2, 3);
        assertThat(selected(0)).containsExactly(7, 3, 999, 0);
        assertThat(selected(2)).containsExactly(3);
    }

    @Test
    void growsToTheWholeTable() {
        rows.addAll();
        assertThat(selected(0)).isEqualTo(IntStream.range(0, 1_000).toArray());
        assertThat(rows.count(1)).isZero();
        assertThat(rows.count(2)).isEqualTo(4);
    }

    @Test
    void clearedItIsEmptyAndUsedAgain() {
        rows.addAll();
        rows.clear();
        assertThat(rows.count(0)).isZero();
        rows.add(0, 5);
        assertThat(selected(0)).containsExactly(5);
    }
}
