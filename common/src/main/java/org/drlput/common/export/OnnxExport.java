package org.drlput.common.export;

import static org.drlput.common.export.OnnxGraph.ROWS;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.export.onnx.ModelProto;
import org.drlput.common.export.onnx.OperatorSetIdProto;
import org.drlput.common.export.onnx.StringStringEntryProto;
import org.drlput.common.export.onnx.TensorProto.DataType;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Software;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;

/**
 * A version as an ONNX model: features in, as {@link OnnxEncoder} takes them; out come {@code probabilities} float32
 * {@code [rows, actions]}, {@code action} int64 {@code [rows]} (the most probable one, the first of equals), {@code hyperparameters}
 * float64 {@code [rows, hyperparameters]} of that action. Operators of opset 17 and of ai.onnx.ml 3. The model's
 * metadata is that of {@link ExportMetadata}.
 */
final class OnnxExport {
    /** Batch norm's, as in the network. */
    private static final float EPSILON = 1e-5f;

    private static final long IR_VERSION = 8;
    private static final long OPSET = 17;
    private static final long ML_OPSET = 3;
    /** Protobuf messages end at 2 GiB; graph and metadata need some of that. */
    private static final long MAX_WEIGHT_BYTES = Integer.MAX_VALUE - (64L << 20);

    private OnnxExport() {}

    static void write(VersionFiles files, Path file) throws IOException {
        ModelProto model = model(files);
        AtomicFile.write(file, out -> model.writeTo(Channels.newOutputStream(out)));
    }

    static ModelProto model(VersionFiles files) {
        Version version = files.version();
        requireFits(version);
        OnnxGraph graph = new OnnxGraph();
        String input =
                new OnnxEncoder(graph, version.weights()).encode(version.model().features(), version.statistics());
        network(graph, version.model(), version.weights(), input);
        decision(graph, version.actions());
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("drlput")
                .setProducerVersion(Software.version())
                .setDomain("org.drlput")
                .setModelVersion(version.manifest().version())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain(OnnxGraph.ML_DOMAIN)
                        .setVersion(ML_OPSET))
                .setGraph(graph.build("policy"));
        for (Map.Entry<String, String> entry :
                ExportMetadata.of(files, "onnx/1").entrySet()) {
            model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()));
        }
        return model.build();
    }

    private static void requireFits(Version version) {
        long bytes = 0;
        for (TensorSpec tensor : version.weights().tensors()) {
            bytes += (long) tensor.size() * Float.BYTES;
        }
        if (bytes > MAX_WEIGHT_BYTES) {
            throw new VersionException(
                    "version %d: its weights have %d bytes, one ONNX file holds less than 2 GiB: export it with --format arrow"
                            .formatted(version.manifest().version(), bytes));
        }
    }

    /** From the input to {@code probabilities}: the mean of the members'. */
    private static void network(OnnxGraph graph, ModelSpec spec, Parameters weights, String input) {
        List<String> members = new ArrayList<>();
        for (int m = 0; m < spec.members(); m++) {
            String prefix = m == 0 ? "" : "member" + m + ".";
            String logits = logits(graph, spec, weights, prefix, hidden(graph, spec, weights, prefix, input));
            members.add(graph.node("Softmax", List.of(logits), OnnxGraph.attribute("axis", 1L)));
        }
        graph.named("probabilities", "Mean", members);
        graph.output("probabilities", DataType.FLOAT, ROWS, String.valueOf(spec.actions()));
    }

    private static String hidden(OnnxGraph graph, ModelSpec spec, Parameters weights, String prefix, String input) {
        String x = input;
        int in = spec.features().inputWidth();
        for (int i = 0; i < spec.hidden().size(); i++) {
            int out = spec.hidden().get(i);
            String layer = prefix + "layer" + i + ".";
            String weight = weight(graph, weights, layer + "weight", in, out);
            if (spec.batchNorm()) {
                x = batchNorm(graph, weights, layer, out, graph.node("MatMul", List.of(x, weight)));
            } else {
                x = graph.node("Gemm", List.of(x, weight, vector(graph, weights, layer + "bias")));
            }
            x = graph.node("Relu", List.of(x));
            in = out;
        }
        return x;
    }

    /** Of a head with an output per action, with outputs per level of the grid's axes, or with both. */
    private static String logits(OnnxGraph graph, ModelSpec spec, Parameters weights, String prefix, String x) {
        int in = spec.hidden().isEmpty()
                ? spec.features().inputWidth()
                : spec.hidden().get(spec.hidden().size() - 1);
        String plain = spec.head().plain() ? linear(graph, weights, prefix + "output", in, spec.actions(), x) : "";
        List<Integer> axes = spec.head().axes();
        if (axes.isEmpty()) {
            return plain;
        }
        int levels = axes.stream().mapToInt(Integer::intValue).sum();
        String ofLevels = linear(graph, weights, prefix + "output.axes", in, levels, x);
        String table =
                graph.tensor(prefix + "levels", levelsOfActions(axes, levels, spec.actions()), levels, spec.actions());
        String sums = graph.node("MatMul", List.of(ofLevels, table));
        return spec.head().plain() ? graph.node("Add", List.of(plain, sums)) : sums;
    }

    private static String linear(OnnxGraph graph, Parameters weights, String name, int in, int out, String x) {
        String weight = weight(graph, weights, name + ".weight", in, out);
        return graph.node("Gemm", List.of(x, weight, vector(graph, weights, name + ".bias")));
    }

    /** {@code [levels, actions]}: 1 where an action has a level. An action is the mixed-radix index of its levels. */
    private static float[] levelsOfActions(List<Integer> axes, int levels, int actions) {
        float[] table = new float[Math.multiplyExact(levels, actions)];
        for (int action = 0; action < actions; action++) {
            int rest = action;
            int first = levels;
            for (int axis = axes.size() - 1; axis >= 0; axis--) {
                int size = axes.get(axis);
                first -= size;
                table[(first + rest % size) * actions + action] = 1;
                rest /= size;
            }
        }
        return table;
    }

    private static String weight(OnnxGraph graph, Parameters weights, String name, int in, int out) {
        return graph.tensor(name, weights.values(name), in, out);
    }

    private static String vector(OnnxGraph graph, Parameters weights, String name) {
        float[] values = weights.values(name);
        return graph.tensor(name, values, values.length);
    }

    private static String batchNorm(OnnxGraph graph, Parameters weights, String layer, int units, String x) {
        float[] statistics = weights.values(layer + "statistics");
        float[] mean = new float[units];
        float[] variance = new float[units];
        for (int j = 0; j < units; j++) {
            mean[j] = statistics[2 * j];
            variance[j] = statistics[2 * j + 1];
        }
        return graph.node(
                "BatchNormalization",
                List.of(
                        x,
                        vector(graph, weights, layer + "gamma"),
                        vector(graph, weights, layer + "beta"),
                        graph.tensor(layer + "mean", mean, units),
                        graph.tensor(layer + "variance", variance, units)),
                OnnxGraph.attribute("epsilon", EPSILON));
    }

    /** From {@code probabilities} to what an ad server wants. */
    private static void decision(OnnxGraph graph, ActionSpace actions) {
        graph.named(
                "action",
                "ArgMax",
                List.of("probabilities"),
                OnnxGraph.attribute("axis", 1L),
                OnnxGraph.attribute("keepdims", 0L),
                OnnxGraph.attribute("select_last_index", 0L));
        graph.output("action", DataType.INT64, ROWS);
        int width = actions.names().size();
        double[] values = new double[Math.multiplyExact(actions.size(), width)];
        for (int a = 0; a < actions.size(); a++) {
            System.arraycopy(actions.values(a), 0, values, a * width, width);
        }
        String table = graph.tensor("actions", values, actions.size(), width);
        graph.named("hyperparameters", "Gather", List.of(table, "action"), OnnxGraph.attribute("axis", 0L));
        graph.output("hyperparameters", DataType.DOUBLE, ROWS, String.valueOf(width));
    }
}
