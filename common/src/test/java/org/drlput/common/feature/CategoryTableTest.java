package org.drlput.common.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment.Categorical;
import org.junit.jupiter.api.Test;

class CategoryTableTest {
    private static CategoryTable hashed(int buckets) {
        return CategoryTable.of(new Categorical("f", List.of(), buckets, 4));
    }

    private static CategoryTable vocabulary(List<String> words) {
        return CategoryTable.of(new Categorical("f", words, 0, 4));
    }

    /** xxh64 of the empty text is ef46db3751d8e999, of "a" d24ec4f1a98c6e5b, of "abc" 44bc2cf5ad770999 (xxHash's vectors). */
    @Test
    void bucketsAreXxh64ModuloUnsigned() {
        CategoryTable table = hashed(1000);

        assertThat(table.row("")).isEqualTo((int) Long.remainderUnsigned(0xef46db3751d8e999L, 1000));
        assertThat(table.row("a")).isEqualTo((int) Long.remainderUnsigned(0xd24ec4f1a98c6e5bL, 1000));
        assertThat(table.row("abc")).isEqualTo((int) Long.remainderUnsigned(0x44bc2cf5ad770999L, 1000));
        assertThat(table.row((String) null)).isEqualTo(table.row(""));
        assertThat(table.missingRow()).isEqualTo(table.row(""));
    }

    @Test
    void integersAreTheirDecimalText() {
        CategoryTable table = hashed(1 << 20);
        byte[] scratch = new byte[CategoryTable.DECIMAL_BYTES];
        for (long value : new long[] {0, 9, 10, -1, -10, 1234567890123456789L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(table.row(value, scratch)).isEqualTo(table.row(Long.toString(value)));
        }
    }

    @Test
    void aVocabularyGivesPositionsAndItsLastRowToTheUnknown() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            words.add("wörd" + i);
        }
        CategoryTable table = vocabulary(words);

        for (int i = 0; i < words.size(); i++) {
            assertThat(table.row(words.get(i))).isEqualTo(i);
        }
        assertThat(table.row("wörd5000")).isEqualTo(5000);
        assertThat(table.row("")).isEqualTo(5000);
        assertThat(table.missingRow()).isEqualTo(5000);
    }

    @Test
    void aSliceOfABufferIsRead() {
        byte[] buffer = "xxdexx".getBytes(StandardCharsets.UTF_8);

        assertThat(vocabulary(List.of("us", "de")).row(buffer, 2, 2)).isEqualTo(1);
    }
}
