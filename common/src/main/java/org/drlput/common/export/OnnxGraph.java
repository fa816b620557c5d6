package org.drlput.common.export;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.export.onnx.AttributeProto;
import org.drlput.common.export.onnx.GraphProto;
import org.drlput.common.export.onnx.NodeProto;
import org.drlput.common.export.onnx.TensorProto;
import org.drlput.common.export.onnx.TensorProto.DataType;
import org.drlput.common.export.onnx.TypeProto;
import org.drlput.common.export.onnx.ValueInfoProto;

/**
 * An ONNX graph while it is made. Values are known by their names; those that it names itself begin with {@code node.} or
 * {@code constant.}. One thread.
 */
final class OnnxGraph {
    /** The dimension that every input and output begins with. */
    static final String ROWS = "rows";

    /** Operators of the ai.onnx.ml domain. */
    static final String ML_DOMAIN = "ai.onnx.ml";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Map<String, Integer> nodesByOperator = new HashMap<>();
    private int constants;

    /** @param dimensions numbers, or names of dimensions that are only known at run time */
    String input(String name, DataType type, String... dimensions) {
        graph.addInput(value(name, type, dimensions));
        return name;
    }

    void output(String name, DataType type, String... dimensions) {
        graph.addOutput(value(name, type, dimensions));
    }

    private static ValueInfoProto value(String name, DataType type, String... dimensions) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        for (String dimension : dimensions) {
            boolean fixed = !dimension.isEmpty() && dimension.chars().allMatch(Character::isDigit);
            if (fixed) {
                tensor.getShapeBuilder().addDimBuilder().setDimValue(Long.parseLong(dimension));
            } else {
                tensor.getShapeBuilder().addDimBuilder().setDimParam(dimension);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Adds an operator and returns the name of its output. */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = "node." + operator + "." + nodesByOperator.merge(operator, 1, Integer::sum);
        return named(output, operator, inputs, attributes);
    }

    String named(String output, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .setDomain(operator.equals("LabelEncoder") ? ML_DOMAIN : "")
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto texts(String name, List<String> values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
        values.forEach(value -> attribute.addStrings(ByteString.copyFromUtf8(value)));
        return attribute.build();
    }

    static AttributeProto numbers(String name, long[] values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    String cast(String input, DataType type) {
        return node("Cast", List.of(input), attribute("to", type.getNumber()));
    }

    /** Inserts an axis of length 1. */
    String unsqueeze(String input, long axis) {
        return node("Unsqueeze", List.of(input, vector(axis)));
    }

    /** A number as a tensor without dimensions. */
    String scalar(float value) {
        ByteBuffer bytes = buffer(Float.BYTES).putFloat(value);
        return constant(DataType.FLOAT, bytes.flip());
    }

    String scalar(double value) {
        ByteBuffer bytes = buffer(Double.BYTES).putDouble(value);
        return constant(DataType.DOUBLE, bytes.flip());
    }

    String scalar(long value) {
        ByteBuffer bytes = buffer(Long.BYTES).putLong(value);
        return constant(DataType.INT64, bytes.flip());
    }

    /** Whole numbers as a tensor of one dimension. */
    String vector(long... values) {
        ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Long.BYTES));
        for (long value : values) {
            bytes.putLong(value);
        }
        return constant(DataType.INT64, bytes.flip(), values.length);
    }

    /** @param values row-major, of the given dimensions */
    String tensor(String name, double[] values, long... dimensions) {
        ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Double.BYTES));
        for (double value : values) {
            bytes.putDouble(value);
        }
        return initializer(name, DataType.DOUBLE, bytes.flip(), dimensions);
    }

    String tensor(String name, float[] values, long... dimensions) {
        ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        return initializer(name, DataType.FLOAT, bytes, dimensions);
    }

    private String constant(DataType type, ByteBuffer bytes, long... dimensions) {
        return initializer("constant." + ++constants, type, bytes, dimensions);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String initializer(String name, DataType type, ByteBuffer bytes, long... dimensions) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long dimension : dimensions) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }

    GraphProto build(String name) {
        return graph.setName(name).build();
    }
}
