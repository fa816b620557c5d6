package org.drlput.common.feature;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.openhft.hashing.LongHashFunction;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.jspecify.annotations.Nullable;

/**
 * From the values of one categorical feature to rows of its embedding table. Immutable.
 *
 * <p>With a vocabulary: the value's position; unknown values and null share the last row. With hash buckets: xxh64 (seed 0) of
 * the value's UTF-8 bytes, unsigned, modulo the buckets; null is hashed as the empty text. Integers stand for their decimal text.
 */
public final class CategoryTable {
    private static final LongHashFunction XXH64 = LongHashFunction.xx();
    private static final byte[] EMPTY = {};
    /** Bytes that hold the decimal text of any long. */
    public static final int DECIMAL_BYTES = 20;

    private final int buckets;
    private final int unknownRow;
    /** Open addressing over the words' hashes; -1 where empty. */
    private final int[] slots;

    private final byte[][] words;

    private CategoryTable(List<String> vocabulary, int hashBuckets) {
        buckets = hashBuckets;
        words = vocabulary.stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        unknownRow = words.length;
        slots = new int[Integer.highestOneBit(words.length + 1) * 4];
        java.util.Arrays.fill(slots, -1);
        for (int row = 0; row < words.length; row++) {
            int slot = (int) XXH64.hashBytes(words[row]) & (slots.length - 1);
            while (slots[slot] >= 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = row;
        }
    }

    public static CategoryTable of(Categorical feature) {
        return new CategoryTable(feature.vocabulary(), feature.hashBuckets());
    }

    public static CategoryTable of(MultiCategorical feature) {
        return new CategoryTable(feature.vocabulary(), feature.hashBuckets());
    }

    /** The row of a value given as UTF-8. */
    public int row(byte[] utf8, int offset, int length) {
        long hash = XXH64.hashBytes(utf8, offset, length);
        if (buckets > 0) {
            return (int) Long.remainderUnsigned(hash, buckets);
        }
        int slot = (int) hash & (slots.length - 1);
        while (slots[slot] >= 0) {
            byte[] word = words[slots[slot]];
            if (java.util.Arrays.equals(word, 0, word.length, utf8, offset, offset + length)) {
                return slots[slot];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return unknownRow;
    }

    /** The row of an integer, by its decimal text. {@code scratch}: at least {@link #DECIMAL_BYTES}, overwritten. */
    public int row(long value, byte[] scratch) {
        int start = decimal(value, scratch);
        return row(scratch, start, DECIMAL_BYTES - start);
    }

    public int row(@Nullable String value) {
        if (value == null) {
            return missingRow();
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return row(utf8, 0, utf8.length);
    }

    /** The row of null. */
    public int missingRow() {
        return buckets > 0 ? row(EMPTY, 0, 0) : unknownRow;
    }

    /** Writes the decimal text of a number to the end of {@code scratch[0, 20)} and returns where it starts. */
    public static int decimal(long value, byte[] scratch) {
        int at = DECIMAL_BYTES;
        // Negative numbers all the way: the least long has no positive twin.
        long rest = value < 0 ? value : -value;
        do {
            scratch[--at] = (byte) ('0' - rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            scratch[--at] = '-';
        }
        return at;
    }
}
