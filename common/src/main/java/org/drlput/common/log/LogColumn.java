package org.drlput.common.log;

import java.util.Map;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A column that the experiment names, and what it is read as.
 *
 * @param index among the columns of its role: the feature, outcome or hyperparameter column that it is
 */
record LogColumn(String name, Role role, int index) {
    enum Role {
        REQUEST_ID("utf8 or int"),
        EVENT_TIME("timestamp, or int (milliseconds since 1970 UTC)"),
        USER_ID("utf8 or int"),
        ACTION_ID("int"),
        ACTION_VALUE("float or int"),
        PROPENSITY("float"),
        NUMERIC("float, int or bool"),
        CATEGORICAL("utf8 or int, dictionary-encoded or not"),
        MULTI_CATEGORICAL("list of utf8 or int"),
        OUTCOME("float, int or bool"),
        DELAY("int (milliseconds)");

        final String expected;

        Role(String expected) {
            this.expected = expected;
        }
    }

    /** Whether a field of an Arrow schema can be read as this. */
    boolean accepts(Field field, Map<Long, Dictionary> dictionaries) {
        ArrowType type = valueType(field, dictionaries);
        boolean encoded = field.getDictionary() != null;
        return switch (role) {
            case REQUEST_ID -> !encoded && (isText(type) || isInt(type));
            case USER_ID, CATEGORICAL -> isText(type) || isInt(type);
            case EVENT_TIME -> !encoded && (type instanceof ArrowType.Timestamp || isInt(type));
            case ACTION_ID, DELAY -> !encoded && isInt(type);
            case ACTION_VALUE -> !encoded && (isFloat(type) || isInt(type));
            case PROPENSITY -> !encoded && isFloat(type);
            case NUMERIC, OUTCOME -> !encoded && (isFloat(type) || isInt(type) || type instanceof ArrowType.Bool);
            case MULTI_CATEGORICAL ->
                isList(type) && acceptsItem(field.getChildren().get(0), dictionaries);
        };
    }

    private static boolean acceptsItem(Field item, Map<Long, Dictionary> dictionaries) {
        ArrowType type = valueType(item, dictionaries);
        return isText(type) || isInt(type);
    }

    /** {@code utf8}, {@code list<int32>}: how a message names the type that was found. */
    static String describe(Field field, Map<Long, Dictionary> dictionaries) {
        ArrowType type = valueType(field, dictionaries);
        String text = type.toString().toLowerCase(java.util.Locale.ROOT);
        if (isList(type)) {
            text = "list of " + describe(field.getChildren().get(0), dictionaries);
        } else if (type instanceof ArrowType.Int i) {
            text = (i.getIsSigned() ? "int" : "uint") + i.getBitWidth();
        } else if (type instanceof ArrowType.FloatingPoint f) {
            text = switch (f.getPrecision()) {
                case HALF -> "float16";
                case SINGLE -> "float32";
                case DOUBLE -> "float64";
            };
        }
        return field.getDictionary() == null ? text : "dictionary of " + text;
    }

    /** The type of the values, also where they are dictionary-encoded. */
    private static ArrowType valueType(Field field, Map<Long, Dictionary> dictionaries) {
        if (field.getDictionary() != null) {
            Dictionary dictionary = dictionaries.get(field.getDictionary().getId());
            if (dictionary != null) {
                return dictionary.getVectorType();
            }
        }
        return field.getType();
    }

    private static boolean isText(ArrowType type) {
        return type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View;
    }

    private static boolean isInt(ArrowType type) {
        return type instanceof ArrowType.Int;
    }

    private static boolean isFloat(ArrowType type) {
        return type instanceof ArrowType.FloatingPoint f
                && f.getPrecision() != org.apache.arrow.vector.types.FloatingPointPrecision.HALF;
    }

    private static boolean isList(ArrowType type) {
        return type instanceof ArrowType.List || type instanceof ArrowType.LargeList;
    }
}
