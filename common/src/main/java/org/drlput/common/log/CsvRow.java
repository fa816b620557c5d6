package org.drlput.common.log;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives the cells of CSV rows and writes those that the experiment names into a block. One thread. */
final class CsvRow extends AbstractBaseCsvCallbackHandler<Boolean> {
    private final List<String> header = new ArrayList<>();
    private final Utf8 utf8 = new Utf8();
    /** Per cell what it is read as; empty while the header is read. */
    private List<List<LogColumn>> columns = List.of();

    private @Nullable BlockBuilder builder;
    private int firstPlace;
    private int place;
    private int cells;
    /** Request ids of the rows since {@link #into}: rows are judged after they are read. */
    private byte[] ids = new byte[0];

    private final int[] idOffsets = new int[Block.MAX_ROWS + 1];

    List<String> header() {
        return header;
    }

    /** From here on rows are data. */
    void bind(List<String> names, LogSchema schema) {
        columns = names.stream()
                .map(name -> schema.columns().stream()
                        .filter(column -> column.name().equals(name))
                        .toList())
                .toList();
    }

    /** The next rows go to this builder, from this place. */
    void into(BlockBuilder to, int at) {
        builder = to;
        firstPlace = at;
        place = at;
    }

    /** The request id of a row by its place, null where it had none. */
    @Nullable
    String requestId(int at) {
        int i = at - firstPlace;
        int length = idOffsets[i + 1] - idOffsets[i];
        return length == 0 ? null : new String(ids, idOffsets[i], length, StandardCharsets.UTF_8);
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        cells = 0;
        BlockBuilder to = builder;
        if (to != null) {
            to.requestIdNull[place] = true;
            idOffsets[place - firstPlace + 1] = idOffsets[place - firstPlace];
            for (int[] offsets : to.bagOffsets) {
                offsets[place + 1] = offsets[place];
            }
        }
    }

    @Override
    protected void handleField(int index, char[] text, int start, int length, boolean quoted) {
        cells++;
        BlockBuilder to = builder;
        if (to == null) {
            header.add(new String(text, start, length));
        } else if (index < columns.size()) {
            List<LogColumn> roles = columns.get(index);
            for (int i = 0; i < roles.size(); i++) {
                LogColumn column = roles.get(i);
                try {
                    cell(to, column, text, start, length);
                } catch (CsvCells.FormatException e) {
                    to.reject(place, RowRejection.CELL_FORMAT, column.name(), e.text);
                }
            }
        }
    }

    @Override
    protected Boolean buildRecord() {
        BlockBuilder to = builder;
        // The reader asks for empty lines too, then skips them.
        if (to != null && cells > 0) {
            if (cells != columns.size()) {
                to.rejectInstead(
                        place,
                        RowRejection.CELL_COUNT,
                        header.get(Math.min(cells, header.size()) - 1),
                        "not where the header says: %d cells, expected %d".formatted(cells, columns.size()));
            }
            place++;
        }
        return Boolean.TRUE;
    }

    private void cell(BlockBuilder to, LogColumn column, char[] text, int start, int length) {
        int index = column.index();
        boolean empty = CsvCells.isNull(text, start, length);
        switch (column.role()) {
            case REQUEST_ID -> requestId(to, text, start, length);
            case EVENT_TIME ->
                to.eventTimeMillis[place] = empty ? BlockBuilder.NULL : CsvCells.millis(text, start, length);
            case USER_ID -> {
                // named by the experiment, used by nothing that is trained
            }
            case ACTION_ID -> to.rawAction[place] = empty ? BlockBuilder.NULL : CsvCells.whole(text, start, length);
            case ACTION_VALUE ->
                to.rawActionValues[index][place] = empty ? Double.NaN : CsvCells.number(text, start, length);
            case PROPENSITY -> {
                to.propensityNull[place] = empty;
                to.propensity[place] = empty ? Double.NaN : CsvCells.number(text, start, length);
            }
            case NUMERIC ->
                to.numeric[index][place] = empty ? Float.NaN : (float) CsvCells.numberOrBoolean(text, start, length);
            case CATEGORICAL ->
                to.categorical[index][place] = length == 0
                        ? to.categoryTables[index].missingRow()
                        : to.categoryTables[index].row(utf8.bytes(text, start, length), 0, utf8.length());
            case MULTI_CATEGORICAL -> bag(to, index, text, start, length);
            case OUTCOME -> {
                to.outcomeNull[index][place] = empty;
                to.outcomes[index][place] = empty ? Double.NaN : CsvCells.numberOrBoolean(text, start, length);
            }
            case DELAY ->
                to.delayMillis[index][place] = empty ? BlockBuilder.NULL : CsvCells.whole(text, start, length);
        }
    }

    private void requestId(BlockBuilder to, char[] text, int start, int length) {
        byte[] id = utf8.bytes(text, start, length);
        int from = idOffsets[place - firstPlace];
        int end = from + utf8.length();
        if (ids.length < end) {
            ids = Arrays.copyOf(ids, Math.max(end, ids.length * 2));
        }
        System.arraycopy(id, 0, ids, from, utf8.length());
        idOffsets[place - firstPlace + 1] = end;
        to.requestIdNull[place] = length == 0;
        to.holdoutHash[place] = to.split.hash(id, 0, utf8.length());
    }

    private void bag(BlockBuilder to, int index, char[] text, int start, int length) {
        int end = start + length;
        int itemStart = start;
        for (int i = start; length > 0 && i <= end; i++) {
            if (i == end || text[i] == '|') {
                byte[] item = utf8.bytes(text, itemStart, i - itemStart);
                int size = to.bagOffsets[index][place + 1];
                to.ensureBag(index, size + 1);
                to.bags[index][size] = to.bagTables[index].row(item, 0, utf8.length());
                to.bagOffsets[index][place + 1] = size + 1;
                itemStart = i + 1;
            }
        }
    }
}
