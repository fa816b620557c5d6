package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixTest {
    @ParameterizedTest
    @CsvSource({
        "0, 3, 4, 4, 12, true",
        "0, 3, 4, 4, 11, false",
        // the last row needs no padding behind it
        "2, 3, 4, 5, 16, true",
        "2, 3, 4, 5, 15, false",
        "0, 3, 4, 3, 100, false",
        "-1, 1, 1, 1, 100, false",
        "0, -1, 1, 1, 100, false",
        "0, 1, -1, 1, 100, false",
        "0, 0, 4, 4, 0, true",
        "0, 4, 0, 1, 0, true",
        "0, 65536, 65536, 65536, 100, false",
    })
    void aMatrixLiesWithinItsArray(int offset, int rows, int columns, int stride, int length, boolean fits) {
        float[] values = new float[length];
        if (fits) {
            Matrix matrix = new Matrix(values, offset, rows, columns, stride);
            assertThat(matrix.values()).isSameAs(values);
        } else {
            assertThatThrownBy(() -> new Matrix(values, offset, rows, columns, stride))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("matrix [%d, %d] at %d, stride %d: does not lie in an array of %d"
                            .formatted(rows, columns, offset, stride, length));
        }
    }

    @Test
    void rowsFromSkipsRows() {
        Matrix matrix = new Matrix(new float[20], 1, 3, 4, 5);

        assertThat(matrix.rowsFrom(2)).isEqualTo(new Matrix(matrix.values(), 11, 1, 4, 5));
        assertThat(matrix.rowsFrom(0)).isEqualTo(matrix);
        assertThatThrownBy(() -> matrix.rowsFrom(4)).hasMessageStartingWith("matrix [-1, 4] at 21");
    }
}
