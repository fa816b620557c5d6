package org.drlput.bench.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes an exploration log of workload A and its experiment: 24 numbers, 8 categories, 64 uniform actions, a reward in one row of
 * ten. Arguments: rows, directory.
 */
public final class WorkloadLog {
    private static final int NUMBERS = 24;
    private static final int[] TABLE_ROWS = {50, 100, 500, 1000, 5000, 10000, 50000, 100000};
    private static final int ACTIONS = 64;
    private static final int BATCH = 16_384;
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType INT = new ArrowType.Int(32, true);

    private WorkloadLog() {}

    public static void main(String[] arguments) throws IOException {
        int rows = Integer.parseInt(arguments[0]);
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        Files.writeString(directory.resolve("experiment.yaml"), experiment());
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator);
                FileChannel file = FileChannel.open(
                        directory.resolve("log-00000.arrow"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                ArrowFileWriter writer = new ArrowFileWriter(root, null, file)) {
            writer.start();
            SplittableRandom random = new SplittableRandom(1);
            for (int first = 0; first < rows; first += BATCH) {
                int count = Math.min(BATCH, rows - first);
                for (int r = 0; r < count; r++) {
                    fill(root, r, first + r, random);
                }
                root.setRowCount(count);
                writer.writeBatch();
            }
            writer.end();
        }
    }

    private static void fill(VectorSchemaRoot root, int r, long id, SplittableRandom random) {
        ((BigIntVector) root.getVector("request_id")).setSafe(r, id);
        ((TimeStampMilliTZVector) root.getVector("event_time")).setSafe(r, 1_700_000_000_000L + id);
        for (int i = 0; i < NUMBERS; i++) {
            float number = (float) ((random.nextDouble() - 0.5) * Math.sqrt(12));
            ((Float4Vector) root.getVector("number" + i)).setSafe(r, number);
        }
        for (int i = 0; i < TABLE_ROWS.length; i++) {
            ((IntVector) root.getVector("category" + i)).setSafe(r, random.nextInt(TABLE_ROWS[i]));
        }
        ((IntVector) root.getVector("action_id")).setSafe(r, random.nextInt(ACTIONS));
        ((Float8Vector) root.getVector("propensity")).setSafe(r, 1.0 / ACTIONS);
        ((Float4Vector) root.getVector("click")).setSafe(r, random.nextInt(10) == 0 ? 1 : 0);
    }

    private static Schema schema() {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.nullable("request_id", new ArrowType.Int(64, true)));
        fields.add(Field.nullable("event_time", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC")));
        for (int i = 0; i < NUMBERS; i++) {
            fields.add(Field.nullable("number" + i, FLOAT));
        }
        for (int i = 0; i < TABLE_ROWS.length; i++) {
            fields.add(Field.nullable("category" + i, INT));
        }
        fields.add(Field.nullable("action_id", INT));
        fields.add(Field.nullable("propensity", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
        fields.add(Field.nullable("click", FLOAT));
        return new Schema(fields);
    }

    /** The experiment file of workload A. */
    public static String experiment() {
        StringBuilder text = new StringBuilder("formatVersion: 1\nname: workload-a\nfeatures:\n");
        for (int i = 0; i < NUMBERS; i++) {
            text.append("  - {name: number%d, type: numeric}\n".formatted(i));
        }
        for (int i = 0; i < TABLE_ROWS.length; i++) {
            text.append("  - {name: category%d, type: categorical, hashBuckets: %d, dimension: 16}\n"
                    .formatted(i, TABLE_ROWS[i]));
        }
        return text.append("""
                        actions:
                          hyperparameters:
                            - {name: w, levels: [%s], production: 0}
                        reward: {active: R0, outcomes: {click: {column: click}}, variants: {R0: {click: 1}}}
                        network: {hidden: [256, 128, 64]}
                        objective: {type: clippedIps, clipWeight: 10, baseline: runningMean, entropy: 0}
                        optimizer: {type: adam, learningRate: 0.001, schedule: constant}
                        training: {rowsPerStep: 1024, microBatches: 8, epochs: 8, checkpointIntervalMillis: 10000}
                        evaluation: {holdout: {share: 0.01}}
                        versions: {everySteps: 1000000}
                        """.formatted(levels())).toString();
    }

    private static String levels() {
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < ACTIONS; i++) {
            levels.add(Integer.toString(i));
        }
        return String.join(", ", levels);
    }
}
