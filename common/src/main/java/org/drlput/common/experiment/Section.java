package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.drlput.common.experiment.YamlNode.Mapping;
import org.drlput.common.experiment.YamlNode.Scalar;
import org.drlput.common.experiment.YamlNode.Scalar.Kind;
import org.drlput.common.experiment.YamlNode.Sequence;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file while it is bound: each accessor reads one key, checks it, and on a problem reports it and answers the
 * default, so that binding goes on and finds the rest. {@link #end} reports the keys that nobody asked for.
 */
final class Section {
    private final Mapping node;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new HashSet<>();

    Section(Mapping node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    boolean has(String key) {
        return node.values().containsKey(key);
    }

    /** Reports a problem at a key's value, or at the section where the key is absent. */
    void problem(String key, String text) {
        YamlNode value = node.values().get(key);
        problems.add(value == null ? node : value, path(key), text);
    }

    void problemAtItem(String key, int index, String text) {
        YamlNode value = node.values().get(key);
        YamlNode at = value instanceof Sequence list && index < list.items().size()
                ? list.items().get(index)
                : node;
        problems.add(at, "%s[%d]".formatted(path(key), index), text);
    }

    private @Nullable YamlNode take(String key) {
        known.add(key);
        return node.values().get(key);
    }

    private @Nullable YamlNode takeRequired(String key, String expected) {
        YamlNode value = take(key);
        if (value == null) {
            problems.add(node, path(key), "is missing: expected " + expected);
        }
        return value;
    }

    private void wrong(YamlNode found, String key, String expected) {
        problems.add(found, path(key), "found %s, expected %s".formatted(found.describe(), expected));
    }

    String text(String key, String expected) {
        YamlNode value = takeRequired(key, expected);
        return value == null ? "" : asText(value, key, expected);
    }

    String text(String key, String expected, String byDefault) {
        YamlNode value = take(key);
        return value == null ? byDefault : asText(value, key, expected);
    }

    @Nullable
    String optionalText(String key, String expected) {
        YamlNode value = take(key);
        return value == null ? null : asText(value, key, expected);
    }

    private String asText(YamlNode value, String key, String expected) {
        if (value instanceof Scalar scalar
                && scalar.kind() != Kind.NULL
                && !scalar.text().isBlank()) {
            return scalar.text();
        }
        wrong(value, key, expected);
        return "";
    }

    /** A finite number in {@code [low, high]}. */
    double number(String key, double byDefault, double low, double high) {
        YamlNode value = take(key);
        return value == null ? byDefault : asNumber(value, path(key), byDefault, low, high);
    }

    double requiredNumber(String key, double low, double high) {
        YamlNode value = takeRequired(key, range(low, high));
        return value == null ? low : asNumber(value, path(key), low, low, high);
    }

    private double asNumber(YamlNode value, String at, double byDefault, double low, double high) {
        if (value instanceof Scalar scalar && (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.FLOAT)) {
            try {
                double number = Double.parseDouble(scalar.text().replace("_", ""));
                if (number >= low && number <= high && !Double.isInfinite(number)) {
                    return number;
                }
            } catch (NumberFormatException notPlain) {
                // YAML's .nan, .inf and 0x1f: reported below
            }
        }
        problems.add(value, at, "found %s, expected %s".formatted(value.describe(), range(low, high)));
        return byDefault;
    }

    private static String range(double low, double high) {
        if (low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY) {
            return "a finite number";
        }
        if (low == Double.MIN_VALUE) {
            return high == Double.POSITIVE_INFINITY
                    ? "a number above 0"
                    : "a number above 0, at most %s".formatted(plain(high));
        }
        return high == Double.POSITIVE_INFINITY
                ? "a number of at least %s".formatted(plain(low))
                : "a number from %s to %s".formatted(plain(low), plain(high));
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.valueOf((long) number)
                : String.valueOf(number);
    }

    /** A whole number in {@code [low, high]}. */
    long whole(String key, long byDefault, long low, long high) {
        YamlNode value = take(key);
        return value == null ? byDefault : asWhole(value, key, byDefault, low, high);
    }

    long requiredWhole(String key, long low, long high) {
        String expected = wholeRange(low, high);
        YamlNode value = takeRequired(key, expected);
        return value == null ? low : asWhole(value, key, low, low, high);
    }

    private long asWhole(YamlNode value, String key, long byDefault, long low, long high) {
        if (value instanceof Scalar scalar && scalar.kind() == Kind.INTEGER) {
            try {
                long number = Long.parseLong(scalar.text().replace("_", ""));
                if (number >= low && number <= high) {
                    return number;
                }
            } catch (NumberFormatException tooLarge) {
                // reported below
            }
        }
        wrong(value, key, wholeRange(low, high));
        return byDefault;
    }

    private static String wholeRange(long low, long high) {
        if (high == Long.MAX_VALUE) {
            return low == Long.MIN_VALUE ? "a whole number" : "a whole number of at least %d".formatted(low);
        }
        return "a whole number from %d to %d".formatted(low, high);
    }

    boolean flag(String key, boolean byDefault) {
        YamlNode value = take(key);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof Scalar scalar && scalar.kind() == Kind.BOOLEAN) {
            return Boolean.parseBoolean(scalar.text());
        }
        wrong(value, key, "true or false");
        return byDefault;
    }

    /** One of an enum's values by its camelCase name; {@code later}: names that are known but not built yet. */
    <E extends Enum<E>> E choice(String key, E byDefault, Class<E> type, String... later) {
        YamlNode value = take(key);
        if (value == null) {
            return byDefault;
        }
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            if (value instanceof Scalar scalar && scalar.text().equals(camelCase(constant))) {
                return constant;
            }
            names.add(camelCase(constant));
        }
        String found = value instanceof Scalar scalar ? scalar.text() : "";
        if (Arrays.asList(later).contains(found)) {
            problems.add(
                    value, path(key), "'%s' is not available yet: use %s".formatted(found, String.join(", ", names)));
            return byDefault;
        }
        List<String> candidates = new ArrayList<>(names);
        candidates.addAll(List.of(later));
        problems.add(
                value,
                path(key),
                "found %s, expected %s%s"
                        .formatted(value.describe(), String.join(" or ", names), Nearest.hint(found, candidates)));
        return byDefault;
    }

    /** CLIPPED_IPS as clippedIps. */
    static String camelCase(Enum<?> constant) {
        String[] words = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder name = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return name.toString();
    }

    /** The section under a key; an empty one where it is absent. */
    Section section(String key) {
        YamlNode value = take(key);
        if (value instanceof Mapping mapping) {
            return new Section(mapping, path(key), problems);
        }
        if (value != null) {
            wrong(value, key, "a mapping of keys and values");
        }
        return new Section(
                new Mapping(node.line(), node.column(), new LinkedHashMap<>(), Map.of()), path(key), problems);
    }

    Section requiredSection(String key) {
        takeRequired(key, "a mapping of keys and values");
        return section(key);
    }

    /** The mappings of a list, bound one by one. */
    <T> List<T> sections(
            String key, boolean required, String expected, BiFunction<Section, Integer, @Nullable T> bind) {
        YamlNode value = required ? takeRequired(key, expected) : take(key);
        List<T> bound = new ArrayList<>();
        if (value == null) {
            return bound;
        }
        if (!(value instanceof Sequence list) || required && list.items().isEmpty()) {
            wrong(value, key, expected);
            return bound;
        }
        for (int i = 0; i < list.items().size(); i++) {
            String at = "%s[%d]".formatted(path(key), i);
            if (list.items().get(i) instanceof Mapping mapping) {
                T item = bind.apply(new Section(mapping, at, problems), i);
                if (item != null) {
                    bound.add(item);
                }
            } else {
                YamlNode found = list.items().get(i);
                problems.add(found, at, "found %s, expected a mapping of keys and values".formatted(found.describe()));
            }
        }
        return bound;
    }

    /** Keys of this section in the file's order; all are then known. */
    List<String> keys() {
        known.addAll(node.values().keySet());
        return List.copyOf(node.values().keySet());
    }

    List<Double> numbers(String key, String expected) {
        YamlNode value = takeRequired(key, expected);
        List<Double> numbers = new ArrayList<>();
        if (value instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                numbers.add(asNumber(
                        list.items().get(i),
                        "%s[%d]".formatted(path(key), i),
                        0,
                        Double.NEGATIVE_INFINITY,
                        Double.POSITIVE_INFINITY));
            }
        } else if (value != null) {
            wrong(value, key, expected);
        }
        return numbers;
    }

    List<String> texts(String key, String expected) {
        YamlNode value = take(key);
        List<String> texts = new ArrayList<>();
        if (value instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                YamlNode item = list.items().get(i);
                if (item instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
                    texts.add(scalar.text());
                } else {
                    problems.add(
                            item,
                            "%s[%d]".formatted(path(key), i),
                            "found %s, expected a text".formatted(item.describe()));
                }
            }
        } else if (value != null) {
            wrong(value, key, expected);
        }
        return texts;
    }

    /** Reports every key that was not asked for, with the nearest one that is known. */
    void end() {
        for (String key : node.values().keySet()) {
            if (!known.contains(key)) {
                Scalar at = node.keys().get(key);
                problems.add(at == null ? node : at, path(key), "is no key of this section" + Nearest.hint(key, known));
            }
        }
    }
}
