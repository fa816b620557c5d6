package org.drlput.common.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.feature.TextBytes;
import org.drlput.common.log.Block;
import org.jspecify.annotations.Nullable;

/**
 * One request's features as a block of one row, judged as log rows are. Allocates nothing for a request without problems, but room
 * for longer text or lists than any before. Reused; one thread.
 */
final class RequestEncoder {
    private final FeatureSpace space;
    private final CategoryTable[] categoryTables;
    private final CategoryTable[] bagTables;
    private final List<String> names = new ArrayList<>();
    private final byte[] decimal = new byte[CategoryTable.DECIMAL_BYTES];
    private final TextBytes text = new TextBytes();
    private final Block block;
    private final List<String> problems = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> missingView = Collections.unmodifiableList(missing);
    private boolean malformed;
    /** Entries of the request that are features of ours. */
    private int known;

    /** What becomes of a feature that the policy does not have. */
    enum Unknown {
        REFUSED,
        IGNORED
    }

    RequestEncoder(FeatureSpace space) {
        this.space = space;
        categoryTables = space.categorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        bagTables = space.multiCategorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        space.numeric().forEach(f -> names.add(f.name()));
        space.categorical().forEach(f -> names.add(f.name()));
        space.multiCategorical().forEach(f -> names.add(f.name()));
        block = new Block(
                1,
                new byte[1],
                new float[space.numeric().size()][1],
                new int[categoryTables.length][1],
                new int[bagTables.length][2],
                new int[bagTables.length][16],
                new int[1],
                new double[1],
                new double[0][],
                new long[0][]);
    }

    /** Names of the features that the last request did not have; until the next one. */
    List<String> missing() {
        return missingView;
    }

    /** Valid until the next call. */
    Block block(Map<String, ?> request, Unknown unknown) {
        problems.clear();
        missing.clear();
        malformed = false;
        known = 0;
        for (int f = 0; f < block.numeric().length; f++) {
            Numeric feature = space.numeric().get(f);
            block.numeric()[f][0] = number(feature, value(request, feature.name()));
        }
        for (int c = 0; c < categoryTables.length; c++) {
            Categorical feature = space.categorical().get(c);
            Object value = value(request, feature.name());
            if (value == null) {
                missing.add(feature.name());
            }
            block.categorical()[c][0] = row(feature.name(), categoryTables[c], value);
        }
        for (int m = 0; m < bagTables.length; m++) {
            MultiCategorical feature = space.multiCategorical().get(m);
            block.bagOffsets()[m][1] = bag(feature.name(), m, value(request, feature.name()));
        }
        if (unknown == Unknown.REFUSED && known != request.size()) {
            nameUnknown(request);
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems, malformed);
        }
        return block;
    }

    private @Nullable Object value(Map<String, ?> request, String name) {
        Object value = request.get(name);
        if (value != null || request.containsKey(name)) {
            known++;
        }
        return value;
    }

    private void nameUnknown(Map<String, ?> request) {
        for (String name : request.keySet()) {
            if (!names.contains(name)) {
                malformed("feature '%s' is none of this policy's%s".formatted(name, Nearest.hint(name, names)));
            }
        }
    }

    private void malformed(String problem) {
        malformed = true;
        problems.add(problem);
    }

    private float number(Numeric feature, @Nullable Object value) {
        float x = Float.NaN;
        if (value instanceof Boolean b) {
            x = b ? 1 : 0;
        } else if (value instanceof Number n) {
            x = n.floatValue();
        } else if (value != null) {
            malformed("feature '%s' is %s: expected a number".formatted(feature.name(), describe(value)));
            return 0;
        }
        if (Float.isInfinite(x)) {
            malformed("feature '%s' is %s: infinite as float32".formatted(feature.name(), value));
        } else if (Float.isNaN(x)) {
            missing.add(feature.name());
            if (feature.missing() == Missing.REJECT) {
                problems.add("feature '%s' is missing: expected a number".formatted(feature.name()));
            }
        }
        return x;
    }

    private int row(String feature, CategoryTable table, @Nullable Object value) {
        if (value == null) {
            return table.missingRow();
        } else if (value instanceof CharSequence characters) {
            text.set(characters);
            return table.row(text.bytes(), 0, text.length());
        } else if (value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte) {
            return table.row(((Number) value).longValue(), decimal);
        }
        malformed("feature '%s' is %s: expected text or a whole number".formatted(feature, describe(value)));
        return 0;
    }

    /** Fills a bag, and returns how many values it has. */
    private int bag(String feature, int m, @Nullable Object value) {
        if (value == null) {
            missing.add(feature);
            return 0;
        }
        if (!(value instanceof Collection<?> items)) {
            malformed(
                    "feature '%s' is %s: expected a list of text or whole numbers".formatted(feature, describe(value)));
            return 0;
        }
        if (block.bags()[m].length < items.size()) {
            block.bags()[m] = new int[items.size() * 2];
        }
        int count = 0;
        if (items instanceof List<?> list && items instanceof RandomAccess) {
            // no iterator
            for (; count < list.size(); count++) {
                put(feature, m, count, list.get(count));
            }
            return count;
        }
        for (Object item : items) {
            put(feature, m, count++, item);
        }
        return count;
    }

    private void put(String feature, int m, int i, @Nullable Object item) {
        if (i == block.bags()[m].length) {
            // a collection that grew meanwhile
            block.bags()[m] = Arrays.copyOf(block.bags()[m], 2 * i);
        }
        block.bags()[m][i] = row(feature, bagTables[m], item);
    }

    private static String describe(Object value) {
        return "'%s' (%s)".formatted(value, value.getClass().getSimpleName());
    }
}
