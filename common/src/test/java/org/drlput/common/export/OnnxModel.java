package org.drlput.common.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;

/** An exported file in ONNX Runtime itself. */
final class OnnxModel implements AutoCloseable {
    /** Is in no vocabulary. */
    private static final String UNKNOWN = "\u0001";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxModel(Path file) throws OrtException {
        session = environment.createSession(file.toString());
    }

    /** {@code [rows][...]}. */
    record Outputs(float[][] probabilities, long[] actions, double[][] hyperparameters) {}

    Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    /** Runs the first rows of a block. */
    Outputs run(FeatureSpace space, Block block, int rows) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (int f = 0; f < space.numeric().size(); f++) {
                inputs.put(
                        "feature." + space.numeric().get(f).name(),
                        OnnxTensor.createTensor(environment, Arrays.copyOf(block.numeric()[f], rows)));
            }
            for (int c = 0; c < space.categorical().size(); c++) {
                Categorical feature = space.categorical().get(c);
                int[] values = Arrays.copyOf(block.categorical()[c], rows);
                inputs.put("feature." + feature.name(), categories(feature.vocabulary(), values, rows));
            }
            for (int m = 0; m < space.multiCategorical().size(); m++) {
                bags(space.multiCategorical().get(m), block.bagOffsets()[m], block.bags()[m], rows, inputs);
            }
            try (OrtSession.Result result = session.run(inputs)) {
                return new Outputs(
                        (float[][]) result.get("probabilities").orElseThrow().getValue(),
                        (long[]) result.get("action").orElseThrow().getValue(),
                        (double[][]) result.get("hyperparameters").orElseThrow().getValue());
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor categories(List<String> vocabulary, int[] tableRows, long... shape) throws OrtException {
        if (vocabulary.isEmpty()) {
            long[] wide = Arrays.stream(tableRows).asLongStream().toArray();
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(wide), shape);
        }
        String[] words = Arrays.stream(tableRows)
                .mapToObj(row -> row < vocabulary.size() ? vocabulary.get(row) : UNKNOWN)
                .toArray(String[]::new);
        return OnnxTensor.createTensor(environment, words, shape);
    }

    private void bags(MultiCategorical feature, int[] offsets, int[] items, int rows, Map<String, OnnxTensor> inputs)
            throws OrtException {
        long[] counts = new long[rows];
        int longest = 0;
        for (int r = 0; r < rows; r++) {
            counts[r] = (long) offsets[r + 1] - offsets[r];
            longest = (int) Math.max(longest, counts[r]);
        }
        int[] padded = new int[rows * longest];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(items, offsets[r], padded, r * longest, (int) counts[r]);
        }
        inputs.put("feature." + feature.name(), categories(feature.vocabulary(), padded, rows, longest));
        inputs.put(
                "count." + feature.name(),
                OnnxTensor.createTensor(environment, LongBuffer.wrap(counts), new long[] {rows}));
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
