package org.drlput.common.log;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.drlput.common.feature.CategoryTable;

/** Copies rows of one record batch into a block, column by column. One thread. */
final class BatchDecoder {
    private final LogSchema schema;
    private VectorSchemaRoot root;
    private Map<Long, Dictionary> dictionaries;
    private final TextColumn texts = new TextColumn();
    private final byte[] decimal = new byte[CategoryTable.DECIMAL_BYTES];
    private final Map<String, int[]> dictionaryRows = new HashMap<>();
    private long[] integers = new long[0];

    BatchDecoder(VectorSchemaRoot root, Map<Long, Dictionary> dictionaries, LogSchema schema) {
        this.root = root;
        this.dictionaries = dictionaries;
        this.schema = schema;
    }

    /** Call after every batch that was loaded: it may have brought new dictionaries. */
    void loaded(VectorSchemaRoot root, Map<Long, Dictionary> dictionaries) {
        this.root = root;
        this.dictionaries = dictionaries;
        dictionaryRows.clear();
    }

    /** Rows {@code [from, from + count)} of the batch; the first is row {@code firstRow} of its file. */
    void decode(String file, long firstRow, int from, int count, BlockBuilder into) {
        int at = into.open(file, firstRow);
        FieldVector requestIds = null;
        for (LogColumn column : schema.columns()) {
            FieldVector vector = root.getVector(column.name());
            switch (column.role()) {
                case REQUEST_ID -> {
                    requestIds = vector;
                    requestIds(vector, from, count, into, at);
                }
                case EVENT_TIME -> Vectors.millis(vector, from, count, into.eventTimeMillis, at);
                case USER_ID -> {
                    // named by the experiment, used by nothing that is trained
                }
                case ACTION_ID -> Vectors.longs(vector, from, count, into.rawAction, at);
                case ACTION_VALUE -> {
                    Vectors.doubles(vector, from, count, into.rawActionValues[column.index()], at);
                }
                case PROPENSITY -> {
                    Vectors.doubles(vector, from, count, into.propensity, at);
                    Vectors.nulls(vector, from, count, into.propensityNull, at);
                }
                case NUMERIC -> Vectors.floats(vector, from, count, into.numeric[column.index()], at);
                case CATEGORICAL -> {
                    CategoryTable table = into.categoryTables[column.index()];
                    categories(vector, from, count, table, into.categorical[column.index()], at);
                }
                case MULTI_CATEGORICAL -> bags(vector, from, count, into, column.index(), at);
                case OUTCOME -> {
                    Vectors.doubles(vector, from, count, into.outcomes[column.index()], at);
                    Vectors.nulls(vector, from, count, into.outcomeNull[column.index()], at);
                }
                case DELAY -> Vectors.longs(vector, from, count, into.delayMillis[column.index()], at);
            }
        }
        FieldVector ids = requestIds;
        into.close(count, row -> {
            Object id = ids == null ? null : ids.getObject(from + row - at);
            return id == null ? null : id.toString();
        });
    }

    private void requestIds(FieldVector vector, int from, int count, BlockBuilder into, int at) {
        Vectors.nulls(vector, from, count, into.requestIdNull, at);
        if (TextColumn.isText(vector)) {
            texts.load(vector, from, count);
            for (int i = 0; i < count; i++) {
                into.requestIdNull[at + i] |= texts.length(i) == 0;
                into.holdoutHash[at + i] = into.split.hash(texts.bytes(), texts.start(i), texts.length(i));
            }
        } else {
            long[] ids = integers(count);
            Vectors.longs(vector, from, count, ids, 0);
            for (int i = 0; i < count; i++) {
                into.holdoutHash[at + i] = into.split.hash(ids[i], decimal);
            }
        }
    }

    private void categories(FieldVector vector, int from, int count, CategoryTable table, int[] out, int at) {
        if (vector.getField().getDictionary() != null) {
            encodedCategories(vector, from, count, table, out, at);
        } else if (TextColumn.isText(vector)) {
            texts.load(vector, from, count);
            for (int i = 0; i < count; i++) {
                out[at + i] = table.row(texts.bytes(), texts.start(i), texts.length(i));
            }
        } else {
            long[] values = integers(count);
            Vectors.longs(vector, from, count, values, 0);
            for (int i = 0; i < count; i++) {
                out[at + i] = table.row(values[i], decimal);
            }
        }
        if (vector.getNullCount() > 0) {
            int missing = table.missingRow();
            for (int i = 0; i < count; i++) {
                if (vector.isNull(from + i)) {
                    out[at + i] = missing;
                }
            }
        }
    }

    /** Each value of the dictionary is looked up once, then its rows are an indirection. */
    private void encodedCategories(FieldVector vector, int from, int count, CategoryTable table, int[] out, int at) {
        long id = vector.getField().getDictionary().getId();
        int[] rows = dictionaryRows.computeIfAbsent(id + " " + System.identityHashCode(table), key -> {
            Dictionary dictionary = dictionaries.get(id);
            if (dictionary == null) {
                throw new LogException("column '%s': its dictionary %d is missing"
                        .formatted(vector.getField().getName(), id));
            }
            FieldVector values = dictionary.getVector();
            int[] mapped = new int[values.getValueCount()];
            new BatchDecoder(root, dictionaries, schema).categories(values, 0, mapped.length, table, mapped, 0);
            return mapped;
        });
        long[] indices = integers(count);
        Vectors.longs(vector, from, count, indices, 0);
        for (int i = 0; i < count; i++) {
            // a null's index is no index; the caller sets its row
            out[at + i] = indices[i] == BlockBuilder.NULL ? 0 : rows[(int) indices[i]];
        }
    }

    private void bags(FieldVector vector, int from, int count, BlockBuilder into, int bag, int at) {
        int[] offsets = into.bagOffsets[bag];
        FieldVector items =
                vector instanceof ListVector list ? list.getDataVector() : ((LargeListVector) vector).getDataVector();
        int first = Math.toIntExact(start(vector, from));
        int items0 = offsets[at];
        boolean nulls = vector.getNullCount() > 0;
        int end = Math.toIntExact(end(vector, from + count - 1));
        if (first < 0 || end > items.getValueCount()) {
            throw new IllegalArgumentException("the lists of '" + vector.getName() + "' end behind their items");
        }
        into.ensureBag(bag, items0 + Math.max(0, end - first));
        if (end > first) {
            categories(items, first, end - first, into.bagTables[bag], into.bags[bag], items0);
        }
        int[] values = into.bags[bag];
        int to = items0;
        for (int i = 0; i < count; i++) {
            int itemStart = Math.toIntExact(start(vector, from + i));
            int itemEnd = Math.toIntExact(end(vector, from + i));
            if (itemStart < first || itemEnd < itemStart || itemEnd > end) {
                throw new IllegalArgumentException("the lists of '" + vector.getName() + "' do not ascend");
            }
            int length = nulls && vector.isNull(from + i) ? 0 : itemEnd - itemStart;
            // A null list may cover items: rows move down over them.
            System.arraycopy(values, items0 + itemStart - first, values, to, length);
            to += length;
            offsets[at + i + 1] = to;
        }
    }

    private static long start(FieldVector vector, int row) {
        return vector instanceof ListVector list
                ? list.getElementStartIndex(row)
                : ((LargeListVector) vector).getElementStartIndex(row);
    }

    private static long end(FieldVector vector, int row) {
        return vector instanceof ListVector list
                ? list.getElementEndIndex(row)
                : ((LargeListVector) vector).getElementEndIndex(row);
    }

    private long[] integers(int count) {
        if (integers.length < count) {
            integers = new long[count];
        }
        return integers;
    }
}
