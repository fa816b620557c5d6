package org.drlput.common.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.jspecify.annotations.Nullable;

/** One request's features as a block of one row, judged as log rows are. Reused; one thread. */
final class RequestEncoder {
    private final FeatureSpace space;
    private final List<CategoryTable> categoryTables;
    private final List<CategoryTable> bagTables;
    private final List<String> names = new ArrayList<>();
    private final byte[] decimal = new byte[CategoryTable.DECIMAL_BYTES];
    private final Block block;
    private List<String> missing = List.of();

    RequestEncoder(FeatureSpace space) {
        this.space = space;
        categoryTables = space.categorical().stream().map(CategoryTable::of).toList();
        bagTables = space.multiCategorical().stream().map(CategoryTable::of).toList();
        space.numeric().forEach(f -> names.add(f.name()));
        space.categorical().forEach(f -> names.add(f.name()));
        space.multiCategorical().forEach(f -> names.add(f.name()));
        block = new Block(
                1,
                new byte[1],
                new float[space.numeric().size()][1],
                new int[categoryTables.size()][1],
                new int[bagTables.size()][2],
                new int[bagTables.size()][0],
                new int[1],
                new double[1],
                new double[0][],
                new long[0][]);
    }

    /** Names of the features that the last request did not have. */
    List<String> missing() {
        return missing;
    }

    /** Valid until the next call. */
    Block block(Map<String, ?> request) {
        List<String> problems = new ArrayList<>();
        missing = new ArrayList<>();
        for (String name : request.keySet()) {
            if (!names.contains(name)) {
                problems.add("feature '%s' is none of this policy's%s".formatted(name, Nearest.hint(name, names)));
            }
        }
        for (int f = 0; f < space.numeric().size(); f++) {
            Numeric feature = space.numeric().get(f);
            block.numeric()[f][0] = number(feature, request.get(feature.name()), problems);
        }
        for (int c = 0; c < categoryTables.size(); c++) {
            Categorical feature = space.categorical().get(c);
            Object value = request.get(feature.name());
            if (value == null) {
                missing.add(feature.name());
            }
            block.categorical()[c][0] = row(feature.name(), categoryTables.get(c), value, problems);
        }
        for (int m = 0; m < bagTables.size(); m++) {
            MultiCategorical feature = space.multiCategorical().get(m);
            block.bags()[m] = bag(feature.name(), bagTables.get(m), request.get(feature.name()), problems);
            block.bagOffsets()[m][1] = block.bags()[m].length;
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        return block;
    }

    private float number(Numeric feature, @Nullable Object value, List<String> problems) {
        float x = Float.NaN;
        if (value instanceof Boolean b) {
            x = b ? 1 : 0;
        } else if (value instanceof Number n) {
            x = n.floatValue();
        } else if (value != null) {
            problems.add("feature '%s' is %s: expected a number".formatted(feature.name(), describe(value)));
            return 0;
        }
        if (Float.isInfinite(x)) {
            problems.add("feature '%s' is %s: infinite as float32".formatted(feature.name(), value));
        } else if (Float.isNaN(x)) {
            missing.add(feature.name());
            if (feature.missing() == Missing.REJECT) {
                problems.add("feature '%s' is missing: expected a number".formatted(feature.name()));
            }
        }
        return x;
    }

    private int row(String feature, CategoryTable table, @Nullable Object value, List<String> problems) {
        if (value == null) {
            return table.missingRow();
        } else if (value instanceof CharSequence text) {
            return table.row(text.toString());
        } else if (value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte) {
            return table.row(((Number) value).longValue(), decimal);
        }
        problems.add("feature '%s' is %s: expected text or a whole number".formatted(feature, describe(value)));
        return 0;
    }

    private int[] bag(String feature, CategoryTable table, @Nullable Object value, List<String> problems) {
        if (value == null) {
            missing.add(feature);
            return new int[0];
        }
        if (!(value instanceof Collection<?> items)) {
            problems.add(
                    "feature '%s' is %s: expected a list of text or whole numbers".formatted(feature, describe(value)));
            return new int[0];
        }
        int[] rows = new int[items.size()];
        int i = 0;
        for (Object item : items) {
            rows[i++] = row(feature, table, item, problems);
        }
        return Arrays.copyOf(rows, i);
    }

    private static String describe(Object value) {
        return "'%s' (%s)".formatted(value, value.getClass().getSimpleName());
    }
}
