package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TileTest {
    private static float[] numbered(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void tilesCoverEveryRowOnce() {
        for (int columns : new int[] {1, 3, 64, 500, 1023, 1024, 1025, 5000}) {
            Tile.Shape shape = Tile.Shape.of(columns);
            Tile tile = new Tile(shape);
            for (int rows : new int[] {1, 2, 17, 130}) {
                float[] matrix = numbered(rows * columns);
                float[] copy = new float[matrix.length];
                int covered = 0;
                for (int row = 0; row < rows; row += shape.rows()) {
                    int size = shape.size(row, rows);
                    tile.load(matrix, row, size);
                    tile.store(copy, row, size);
                    covered += size;
                }
                assertThat(covered).isEqualTo(matrix.length);
                assertThat(copy).isEqualTo(matrix);
            }
        }
    }

    @Test
    void aVectorIsRepeatedInEveryRow() {
        for (int columns : new int[] {1, 3, 100, 341, 1024, 2000}) {
            Tile.Shape shape = Tile.Shape.of(columns);
            float[] repeated = new Tile(shape).repeat(numbered(columns));
            assertThat(repeated).hasSize(shape.rows() * columns);
            for (int row = 0; row < shape.rows(); row++) {
                assertThat(Arrays.copyOfRange(repeated, row * columns, (row + 1) * columns))
                        .isEqualTo(numbered(columns));
            }
        }
    }
}
