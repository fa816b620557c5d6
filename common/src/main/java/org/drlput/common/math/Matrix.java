package org.drlput.common.math;

/**
 * A row-major float32 matrix that lies in a part of an array: element (i, j) is {@code values[offset + i * stride + j]}. A view:
 * the array stays its owner's.
 */
public record Matrix(float[] values, int offset, int rows, int columns, int stride) {
    public Matrix {
        long end = offset + (rows - 1L) * stride + columns;
        boolean fits = offset >= 0 && (rows == 0 || columns == 0 || end <= values.length);
        if (rows < 0 || columns < 0 || stride < columns || !fits) {
            throw new IllegalArgumentException("matrix [%d, %d] at %d, stride %d: does not lie in an array of %d"
                    .formatted(rows, columns, offset, stride, values.length));
        }
    }

    /** The matrix that fills an array from its beginning. */
    public static Matrix of(float[] values, int rows, int columns) {
        return new Matrix(values, 0, rows, columns, columns);
    }

    /** All but the first so many rows. */
    public Matrix rowsFrom(int first) {
        return new Matrix(values, offset + first * stride, rows - first, columns, stride);
    }

    /** {@code c[m, n] = a[m, k] · b[k, n]}. */
    static void requireMultiply(Matrix a, Matrix b, Matrix c) {
        require(a, b, c, a.columns == b.rows && c.rows == a.rows && c.columns == b.columns, "a · b");
    }

    /** {@code c[m, n] = a[k, m]ᵀ · b[k, n]}. */
    static void requireLeftTransposed(Matrix a, Matrix b, Matrix c) {
        require(a, b, c, a.rows == b.rows && c.rows == a.columns && c.columns == b.columns, "aᵀ · b");
    }

    /** {@code c[m, n] = a[m, k] · b[n, k]ᵀ}. */
    static void requireRightTransposed(Matrix a, Matrix b, Matrix c) {
        require(a, b, c, a.columns == b.columns && c.rows == a.rows && c.columns == b.rows, "a · bᵀ");
    }

    private static void require(Matrix a, Matrix b, Matrix c, boolean agree, String product) {
        if (!agree) {
            throw new IllegalArgumentException("c = %s: shapes a [%d, %d], b [%d, %d], c [%d, %d] do not agree"
                    .formatted(product, a.rows, a.columns, b.rows, b.columns, c.rows, c.columns));
        }
    }
}
