package org.drlput.common.version;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.log.FirstPassResult.NumericStatistics;

/**
 * {@code encoder.arrow}: what the encoder learned from the training rows, as an Arrow IPC file: one row per numeric feature, in
 * the experiment's order, with the columns {@code feature}, {@code mean}, {@code deviation}, {@code min}, {@code max},
 * {@code missing}.
 */
public final class EncoderFile {
    public static final String NAME = "encoder.arrow";

    private static final String FORMAT = "encoder/1";
    private static final String FEATURE = "feature";
    private static final List<String> NUMBERS = List.of("mean", "deviation", "min", "max");
    private static final String MISSING = "missing";

    private EncoderFile() {}

    private static Schema schema(Map<String, String> metadata) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.notNullable(FEATURE, new ArrowType.Utf8()));
        for (String name : NUMBERS) {
            fields.add(Field.notNullable(name, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
        }
        fields.add(Field.notNullable(MISSING, new ArrowType.Int(64, true)));
        return new Schema(fields, metadata);
    }

    /** Writes as {@link AtomicFile} does; the same bytes for the same statistics in the same order. */
    public static Manifest.File write(Path file, Map<String, NumericStatistics> statistics) throws IOException {
        return AtomicFile.write(file, out -> {
            try (BufferAllocator allocator = new RootAllocator();
                    VectorSchemaRoot root =
                            VectorSchemaRoot.create(schema(Map.of(WeightsFile.FORMAT_KEY, FORMAT)), allocator);
                    ArrowFileWriter writer = new ArrowFileWriter(root, null, TensorPieces.keptOpen(out))) {
                writer.start();
                root.allocateNew();
                int row = 0;
                for (Map.Entry<String, NumericStatistics> entry : statistics.entrySet()) {
                    set(root, row++, entry.getKey(), entry.getValue());
                }
                root.setRowCount(row);
                writer.writeBatch();
                writer.end();
            }
        });
    }

    private static void set(VectorSchemaRoot root, int row, String feature, NumericStatistics s) {
        ((VarCharVector) root.getVector(FEATURE)).setSafe(row, feature.getBytes(StandardCharsets.UTF_8));
        double[] numbers = {s.mean(), s.deviation(), s.min(), s.max()};
        for (int i = 0; i < numbers.length; i++) {
            ((Float8Vector) root.getVector(NUMBERS.get(i))).setSafe(row, numbers[i]);
        }
        ((BigIntVector) root.getVector(MISSING)).setSafe(row, s.missing());
    }

    /** By feature, in the order of the file. Which features there are is not checked. */
    public static Map<String, NumericStatistics> read(Path file) {
        List<String> problems = new ArrayList<>();
        Map<String, NumericStatistics> statistics = read(ArrowSource.of(file), problems);
        if (!problems.isEmpty()) {
            throw new VersionException(problems, null);
        }
        return statistics;
    }

    static Map<String, NumericStatistics> read(ArrowSource file, List<String> problems) {
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        ArrowFiles.read(file, schema(Map.of()), FORMAT, problems, root -> {
            for (int i = 0; i < root.getRowCount(); i++) {
                String feature = new String(((VarCharVector) root.getVector(FEATURE)).get(i), StandardCharsets.UTF_8);
                NumericStatistics s = new NumericStatistics(
                        number(root, 0, i),
                        number(root, 1, i),
                        number(root, 2, i),
                        number(root, 3, i),
                        ((BigIntVector) root.getVector(MISSING)).get(i));
                if (!Double.isFinite(s.mean()) || !(s.deviation() > 0) || Double.isInfinite(s.deviation())) {
                    problems.add("%s: feature '%s' has mean %s and deviation %s, expected finite ones, deviation > 0"
                            .formatted(file.name(), feature, s.mean(), s.deviation()));
                }
                if (statistics.put(feature, s) != null) {
                    problems.add("%s: feature '%s' is there twice".formatted(file.name(), feature));
                }
            }
        });
        return Collections.unmodifiableMap(statistics);
    }

    private static double number(VectorSchemaRoot root, int column, int row) {
        return ((Float8Vector) root.getVector(NUMBERS.get(column))).get(row);
    }
}
