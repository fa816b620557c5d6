package org.drlput.common.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;

class ShardLayoutTest {
    private static TensorSpec rows(int rows) {
        return new TensorSpec("layer0.weight", rows, 3, Role.DENSE);
    }

    @Test
    void everyRowHasOneOwnerAndPartsFollowEachOther() {
        for (int shards : new int[] {1, 2, 3, 7, 16}) {
            ShardLayout layout = new ShardLayout(shards);
            for (int rows : new int[] {0, 1, 2, 5, 16, 17, 1000}) {
                int next = 0;
                for (int shard = 0; shard < shards; shard++) {
                    assertThat(layout.firstRow(rows(rows), shard)).isEqualTo(next);
                    int count = layout.rowCount(rows(rows), shard);
                    assertThat(count).isBetween(rows / shards, rows / shards + 1);
                    for (int row = next; row < next + count; row++) {
                        assertThat(layout.owner(rows(rows), row)).isEqualTo(shard);
                    }
                    next += count;
                }
                assertThat(next).isEqualTo(rows);
            }
        }
    }

    @Test
    void theLargestTensorDoesNotOverflow() {
        TensorSpec large = new TensorSpec("embedding.user", 2_000_000_000, 1, Role.EMBEDDING);
        ShardLayout layout = new ShardLayout(1000);

        assertThat(layout.firstRow(large, 999)).isEqualTo(1_998_000_000);
        assertThat(layout.owner(large, 1_999_999_999)).isEqualTo(999);
        assertThat(layout.owner(large, 1_997_999_999)).isEqualTo(998);
    }

    @Test
    void noShardsAreRefused() {
        assertThatThrownBy(() -> new ShardLayout(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shards: found 0, expected 1 or more");
    }
}
