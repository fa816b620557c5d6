package org.drlput.common.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.feature.FeatureSpace;

/**
 * A block as an Arrow record batch, without nulls: {@code rowState} int8, {@code feature.<name>} float32 (NaN: missing), int32
 * (table row) or list of int32, {@code actionId} int32, {@code propensity} float64, {@code outcome.<name>} float64,
 * {@code delayMillis.<name>} int64 (-1: not seen), and where rows are reweighted {@code weight} float64.
 */
final class BlockSchema {
    private static final ArrowType INT32 = new ArrowType.Int(32, true);
    private static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private final FeatureSpace features;
    private final List<String> outcomes;
    private final List<Boolean> delayed;
    private final boolean weighted;

    BlockSchema(Experiment experiment) {
        features = FeatureSpace.of(experiment.features());
        outcomes = List.copyOf(experiment.reward().outcomes().keySet());
        delayed = experiment.reward().outcomes().values().stream()
                .map(Outcome::delayColumn)
                .map(column -> column != null)
                .toList();
        weighted = experiment.traffic().reweight()
                || experiment.reward().outcomes().values().stream()
                        .anyMatch(outcome -> outcome.unseen() == Experiment.Unseen.CORRECTED);
    }

    Schema arrow() {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.notNullable("rowState", new ArrowType.Int(8, true)));
        features.numeric().forEach(f -> fields.add(Field.notNullable("feature." + f.name(), FLOAT32)));
        features.categorical().forEach(f -> fields.add(Field.notNullable("feature." + f.name(), INT32)));
        features.multiCategorical()
                .forEach(f -> fields.add(new Field(
                        "feature." + f.name(),
                        FieldType.notNullable(new ArrowType.List()),
                        List.of(Field.notNullable("item", INT32)))));
        fields.add(Field.notNullable("actionId", INT32));
        fields.add(Field.notNullable("propensity", FLOAT64));
        for (int o = 0; o < outcomes.size(); o++) {
            fields.add(Field.notNullable("outcome." + outcomes.get(o), FLOAT64));
            if (delayed.get(o)) {
                fields.add(Field.notNullable("delayMillis." + outcomes.get(o), new ArrowType.Int(64, true)));
            }
        }
        if (weighted) {
            fields.add(Field.notNullable("weight", FLOAT64));
        }
        return new Schema(fields);
    }

    /** Makes the root hold the block. */
    void write(Block block, VectorSchemaRoot root) {
        int rows = block.rowCount();
        int column = 0;
        fixed(root, column++, rows, 1).put(block.rowState(), 0, rows);
        for (float[] values : block.numeric()) {
            fixed(root, column++, rows, 4).asFloatBuffer().put(values, 0, rows);
        }
        for (int[] values : block.categorical()) {
            fixed(root, column++, rows, 4).asIntBuffer().put(values, 0, rows);
        }
        for (int m = 0; m < block.bags().length; m++) {
            bag((ListVector) root.getVector(column++), rows, block.bagOffsets()[m], block.bags()[m]);
        }
        fixed(root, column++, rows, 4).asIntBuffer().put(block.actionId(), 0, rows);
        fixed(root, column++, rows, 8).asDoubleBuffer().put(block.propensity(), 0, rows);
        for (int o = 0; o < outcomes.size(); o++) {
            fixed(root, column++, rows, 8).asDoubleBuffer().put(block.outcomes()[o], 0, rows);
            if (delayed.get(o)) {
                fixed(root, column++, rows, 8).asLongBuffer().put(block.delayMillis()[o], 0, rows);
            }
        }
        if (weighted) {
            ByteBuffer weights = fixed(root, column, rows, 8);
            for (int i = 0; i < rows; i++) {
                weights.putDouble(block.rowWeight(i));
            }
        }
        root.setRowCount(rows);
    }

    private static ByteBuffer fixed(VectorSchemaRoot root, int column, int rows, int width) {
        return fixed((BaseFixedWidthVector) root.getVector(column), rows, width);
    }

    private static ByteBuffer fixed(BaseFixedWidthVector vector, int rows, int width) {
        vector.allocateNew(rows);
        vector.getValidityBuffer().setOne(0, vector.getValidityBuffer().capacity());
        vector.setValueCount(rows);
        return bytes(vector.getDataBuffer(), (long) rows * width);
    }

    private static void bag(ListVector vector, int rows, int[] offsets, int[] items) {
        int count = offsets[rows];
        vector.setInitialCapacity(rows);
        vector.allocateNew();
        fixed((BaseFixedWidthVector) vector.getDataVector(), count, 4)
                .asIntBuffer()
                .put(items, 0, count);
        vector.getValidityBuffer().setOne(0, vector.getValidityBuffer().capacity());
        bytes(vector.getOffsetBuffer(), (rows + 1) * 4L).asIntBuffer().put(offsets, 0, rows + 1);
        vector.setLastSet(rows - 1);
        vector.setValueCount(rows);
    }

    /** The block that the root holds, copied. */
    Block read(VectorSchemaRoot root) {
        int rows = root.getRowCount();
        int column = 0;
        byte[] rowState = new byte[rows];
        data(root, column++, rows, 1).get(rowState);
        float[][] numeric = new float[features.numeric().size()][rows];
        for (float[] values : numeric) {
            data(root, column++, rows, 4).asFloatBuffer().get(values);
        }
        int[][] categorical = new int[features.categorical().size()][rows];
        for (int[] values : categorical) {
            data(root, column++, rows, 4).asIntBuffer().get(values);
        }
        int[][] bagOffsets = new int[features.multiCategorical().size()][rows + 1];
        int[][] bags = new int[bagOffsets.length][];
        for (int m = 0; m < bags.length; m++) {
            ListVector list = (ListVector) root.getVector(column++);
            bytes(list.getOffsetBuffer(), (rows + 1) * 4L).asIntBuffer().get(bagOffsets[m]);
            bags[m] = new int[bagOffsets[m][rows]];
            bytes(list.getDataVector().getDataBuffer(), bags[m].length * 4L)
                    .asIntBuffer()
                    .get(bags[m]);
        }
        int[] actionId = new int[rows];
        data(root, column++, rows, 4).asIntBuffer().get(actionId);
        double[] propensity = new double[rows];
        data(root, column++, rows, 8).asDoubleBuffer().get(propensity);
        double[][] outcome = new double[outcomes.size()][rows];
        long[][] delayMillis = new long[outcome.length][];
        for (int o = 0; o < outcome.length; o++) {
            data(root, column++, rows, 8).asDoubleBuffer().get(outcome[o]);
            delayMillis[o] = new long[delayed.get(o) ? rows : 0];
            if (delayed.get(o)) {
                data(root, column++, rows, 8).asLongBuffer().get(delayMillis[o]);
            }
        }
        double[] weight = new double[weighted ? rows : 0];
        if (weighted) {
            data(root, column, rows, 8).asDoubleBuffer().get(weight);
        }
        return new Block(
                rows,
                rowState,
                numeric,
                categorical,
                bagOffsets,
                bags,
                actionId,
                propensity,
                outcome,
                delayMillis,
                weight);
    }

    private static ByteBuffer data(VectorSchemaRoot root, int column, int rows, int width) {
        return bytes(root.getVector(column).getDataBuffer(), (long) rows * width);
    }

    private static ByteBuffer bytes(ArrowBuf buffer, long length) {
        return buffer.nioBuffer(0, Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
