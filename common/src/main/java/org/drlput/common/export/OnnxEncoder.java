package org.drlput.common.export;

import static org.drlput.common.export.OnnxGraph.ROWS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.export.onnx.TensorProto.DataType;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;

/**
 * From features to the network's input, in an ONNX graph: what {@code FeatureEncoder} and the network's input layer compute, in
 * their order of columns, numbers standardized in float64 as there.
 *
 * <p>Inputs, one row per request: {@code feature.<name>} float32 {@code [rows]} for a number, NaN where missing; for a category text
 * {@code [rows]} if it has a vocabulary, or else the int64 row of its table, since ONNX can not hash; for a multi-categorical feature
 * the same as {@code [rows, values]}, padded to the longest, and {@code count.<name>} int64 {@code [rows]} with how many of them
 * count.
 */
final class OnnxEncoder {
    private final OnnxGraph graph;
    private final Parameters weights;
    private final List<String> columns = new ArrayList<>();

    OnnxEncoder(OnnxGraph graph, Parameters weights) {
        this.graph = graph;
        this.weights = weights;
    }

    static String inputName(String feature) {
        return "feature." + feature;
    }

    static String countName(String feature) {
        return "count." + feature;
    }

    /** The name of the network's input, {@code [rows, inputWidth]}. */
    String encode(FeatureSpace space, Map<String, NumericStatistics> statistics) {
        for (Numeric feature : space.numeric()) {
            NumericStatistics s = statistics.get(feature.name());
            if (s == null) {
                throw new IllegalArgumentException("feature '%s' has no statistics".formatted(feature.name()));
            }
            number(feature, s);
        }
        for (Categorical feature : space.categorical()) {
            String input = graph.input(inputName(feature.name()), categoryType(feature.hashBuckets()), ROWS);
            columns.add(gather(
                    feature.name(), feature.tableRows(), feature.dimension(), tableRow(input, feature.vocabulary())));
        }
        for (MultiCategorical feature : space.multiCategorical()) {
            columns.add(bag(feature));
        }
        return columns.size() == 1 ? columns.get(0) : graph.node("Concat", columns, OnnxGraph.attribute("axis", 1L));
    }

    private static DataType categoryType(int hashBuckets) {
        return hashBuckets > 0 ? DataType.INT64 : DataType.STRING;
    }

    private void number(Numeric feature, NumericStatistics s) {
        String input = graph.input(inputName(feature.name()), DataType.FLOAT, ROWS);
        String wide = graph.cast(input, DataType.DOUBLE);
        boolean mayMiss = feature.missing() != Missing.REJECT;
        String missing = mayMiss ? graph.node("IsNaN", List.of(input)) : "";
        if (feature.period() > 0) {
            String angle = graph.node("Mul", List.of(wide, graph.scalar(2 * Math.PI / feature.period())));
            for (String function : List.of("Sin", "Cos")) {
                column(graph.node(function, List.of(angle)), missing, 0);
            }
        } else {
            double scale = 1 / s.deviation();
            String centred = graph.node("Sub", List.of(wide, graph.scalar(s.mean())));
            float zero = (float) (-s.mean() * scale);
            column(
                    graph.node("Mul", List.of(centred, graph.scalar(scale))),
                    missing,
                    feature.missing() == Missing.ZERO ? zero : 0);
        }
        if (mayMiss) {
            columns.add(graph.unsqueeze(graph.cast(missing, DataType.FLOAT), 1));
        }
    }

    /** @param missing name of the rows without a value; empty: there are none */
    private void column(String wide, String missing, float ofMissing) {
        String value = graph.cast(wide, DataType.FLOAT);
        if (!missing.isEmpty()) {
            value = graph.node("Where", List.of(missing, graph.scalar(ofMissing), value));
        }
        columns.add(graph.unsqueeze(value, 1));
    }

    /** Text to its position in the vocabulary, of whatever shape; the row behind the last for all other text. */
    private String tableRow(String input, List<String> vocabulary) {
        if (vocabulary.isEmpty()) {
            return input;
        }
        return graph.node(
                "LabelEncoder",
                List.of(input),
                OnnxGraph.texts("keys_strings", vocabulary),
                OnnxGraph.numbers(
                        "values_int64s", LongStream.range(0, vocabulary.size()).toArray()),
                OnnxGraph.attribute("default_int64", (long) vocabulary.size()));
    }

    private String gather(String feature, int tableRows, int dimension, String tableRow) {
        String name = ModelSpec.embeddingName(feature);
        String table = graph.tensor(name, weights.values(name), tableRows, dimension);
        return graph.node("Gather", List.of(table, tableRow), OnnxGraph.attribute("axis", 0L));
    }

    private String bag(MultiCategorical feature) {
        String values = graph.input(
                inputName(feature.name()), categoryType(feature.hashBuckets()), ROWS, "values." + feature.name());
        String count = graph.input(countName(feature.name()), DataType.INT64, ROWS);
        String embedded = gather(
                feature.name(), feature.tableRows(), feature.dimension(), tableRow(values, feature.vocabulary()));
        String shape = graph.node("Shape", List.of(values));
        String length = graph.node("Gather", List.of(shape, graph.scalar(1L)), OnnxGraph.attribute("axis", 0L));
        String positions = graph.node("Range", List.of(graph.scalar(0L), length, graph.scalar(1L)));
        String counted = graph.node("Less", List.of(positions, graph.unsqueeze(count, 1)));
        String kept = graph.node("Where", List.of(graph.unsqueeze(counted, 2), embedded, graph.scalar(0f)));
        String sum = graph.node("ReduceSum", List.of(kept, graph.vector(1)), OnnxGraph.attribute("keepdims", 0L));
        if (feature.pooling() == Pooling.SUM) {
            return sum;
        }
        String divisor = graph.cast(graph.node("Max", List.of(count, graph.scalar(1L))), DataType.FLOAT);
        return graph.node("Div", List.of(sum, graph.unsqueeze(divisor, 1)));
    }
}
