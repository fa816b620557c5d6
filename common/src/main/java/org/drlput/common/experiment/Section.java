package org.drlput.common.experiment;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.drlput.common.experiment.YamlNode.Mapping;
import org.drlput.common.experiment.YamlNode.Scalar;
import org.drlput.common.experiment.YamlNode.Scalar.Kind;
import org.drlput.common.experiment.YamlNode.Sequence;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file while it is bound: each accessor reads one key, checks it, and on a problem reports it and answers the
 * default, so that binding goes on and finds the rest. {@link #end} reports the keys that nobody asked for.
 *
 * <p>One mistake is one problem: where a mapping is absent or is something else, that alone is reported, not each key that it
 * should have held; {@link #isBroken} lets a check that joins two keys stay silent where one of them is wrong already.
 */
final class Section {
    private final Mapping node;
    private final String path;
    private final Problems problems;
    /** No problem is reported: the mapping is missing where it must not be, which is one already. */
    private final boolean silent;

    private static final String INSTANT = "an instant, for example 2026-01-31T00:00:00Z";

    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> broken = new HashSet<>();
    private final Map<String, Section> children = new HashMap<>();

    Section(Mapping node, String path, Problems problems) {
        this(node, path, problems, false);
    }

    private Section(Mapping node, String path, Problems problems, boolean silent) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        this.silent = silent;
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void report(YamlNode at, String key, String problemPath, String text) {
        broken.add(key);
        boolean reported = at instanceof Scalar scalar && scalar.kind() == Kind.ALIAS;
        if (!silent && !reported) {
            problems.add(at, problemPath, text);
        }
    }

    /** Whether a problem was reported at this key or below it. */
    boolean isBroken(String key) {
        Section child = children.get(key);
        return silent || broken.contains(key) || child != null && child.isBroken();
    }

    /** Whether a problem was reported anywhere in this section. */
    boolean isBroken() {
        return silent || !broken.isEmpty() || children.values().stream().anyMatch(Section::isBroken);
    }

    boolean has(String key) {
        return node.values().containsKey(key);
    }

    /** Reports a problem at a key's value, or at the section where the key is absent. */
    void problem(String key, String text) {
        YamlNode value = node.values().get(key);
        report(value == null ? node : value, key, path(key), text);
    }

    /** Reports a problem of the section as a whole. */
    void problemHere(String text) {
        report(node, "", path, text);
    }

    /** Reports a problem with a key itself, not with its value. */
    void problemAtKey(String key, String text) {
        Scalar at = node.keys().get(key);
        report(at == null ? node : at, key, path(key), text);
    }

    void problemAtItem(String key, int index, String text) {
        YamlNode value = node.values().get(key);
        YamlNode at = value instanceof Sequence list && index < list.items().size()
                ? list.items().get(index)
                : node;
        report(at, key, itemPath(key, index), text);
    }

    private @Nullable YamlNode take(String key) {
        known.add(key);
        return node.values().get(key);
    }

    private @Nullable YamlNode takeRequired(String key, String expected) {
        YamlNode value = take(key);
        if (value == null) {
            report(node, key, path(key), "is missing: expected " + expected);
        }
        return value;
    }

    private void wrong(YamlNode found, String key, String expected) {
        report(found, key, path(key), "found %s, expected %s".formatted(found.describe(), expected));
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
        return value == null ? byDefault : asNumber(value, key, path(key), byDefault, low, high);
    }

    double requiredNumber(String key, double low, double high) {
        YamlNode value = takeRequired(key, range(low, high));
        return value == null ? low : asNumber(value, key, path(key), low, low, high);
    }

    private double asNumber(YamlNode value, String key, String at, double byDefault, double low, double high) {
        if (value instanceof Scalar scalar && (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.FLOAT)) {
            try {
                double number = Double.parseDouble(scalar.text().replace("_", ""));
                if (number >= low && number <= high && !Double.isInfinite(number)) {
                    // no negative zero: it is the same level as zero, and equals must say so
                    return number + 0.0;
                }
            } catch (NumberFormatException notPlain) {
                // YAML's .nan, .inf and 0x1f: reported below
            }
        }
        report(value, key, at, "found %s, expected %s".formatted(value.describe(), range(low, high)));
        return byDefault;
    }

    private static String range(double low, double high) {
        if (low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY) {
            return "a finite number";
        }
        if (high == Float.MAX_VALUE) {
            return "a finite number that float32 can hold";
        }
        if (low == Double.MIN_VALUE) {
            return high == Double.POSITIVE_INFINITY
                    ? "a number above 0"
                    : "a number above 0, at most %s".formatted(GridAxis.text(high));
        }
        return high == Double.POSITIVE_INFINITY
                ? "a number of at least %s".formatted(GridAxis.text(low))
                : "a number from %s to %s".formatted(GridAxis.text(low), GridAxis.text(high));
    }

    /** A whole number in {@code [low, high]}. */
    long whole(String key, long byDefault, long low, long high) {
        YamlNode value = take(key);
        return value == null ? byDefault : asWhole(value, key, path(key), byDefault, low, high, wholeRange(low, high));
    }

    long requiredWhole(String key, String expected, long low, long high) {
        YamlNode value = takeRequired(key, expected);
        return value == null ? low : asWhole(value, key, path(key), low, low, high, expected);
    }

    private long asWhole(YamlNode value, String key, String at, long byDefault, long low, long high, String expected) {
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
        report(value, key, at, "found %s, expected %s".formatted(value.describe(), expected));
        return byDefault;
    }

    private static String wholeRange(long low, long high) {
        if (high == Long.MAX_VALUE) {
            return low == Long.MIN_VALUE
                    ? "a whole number of at most 64 bits"
                    : "a whole number of at least %d".formatted(low);
        }
        return "a whole number from %d to %d".formatted(low, high);
    }

    /** A point in time; null where absent. */
    @Nullable
    Instant instant(String key) {
        if (!has(key)) {
            return null;
        }
        String text = text(key, INSTANT);
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            problem(key, "found '%s', expected %s".formatted(text, INSTANT));
            return null;
        }
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
            problem(key, "'%s' is not available yet: use %s".formatted(found, String.join(" or ", names)));
            return byDefault;
        }
        List<String> candidates = new ArrayList<>(names);
        candidates.addAll(List.of(later));
        problem(
                key,
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

    /** The section under a key, always the same one; an empty one where it is absent. */
    Section section(String key) {
        YamlNode value = take(key);
        return children.computeIfAbsent(key, absent -> child(key, value, false));
    }

    /** The section under a key; where it is absent that is a problem, and the only one. */
    Section requiredSection(String key) {
        YamlNode value = takeRequired(key, "a mapping of keys and values");
        return children.computeIfAbsent(key, absent -> child(key, value, value == null));
    }

    private Section child(String key, @Nullable YamlNode value, boolean missing) {
        if (value instanceof Mapping mapping) {
            return new Section(mapping, path(key), problems, silent);
        }
        if (value != null) {
            wrong(value, key, "a mapping of keys and values");
        }
        Mapping empty = new Mapping(node.line(), node.column(), new LinkedHashMap<>(), Map.of());
        return new Section(empty, path(key), problems, silent || missing || value != null);
    }

    /** The mappings of a list, bound one by one; an item that binds to null has reported why. */
    <T> List<T> sections(String key, boolean required, String expected, Function<Section, @Nullable T> bind) {
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
            String at = itemPath(key, i);
            YamlNode found = list.items().get(i);
            if (found instanceof Mapping mapping) {
                Section item = new Section(mapping, at, problems, silent);
                T one = bind.apply(item);
                if (one != null) {
                    bound.add(one);
                }
                if (item.isBroken()) {
                    broken.add(key);
                }
            } else {
                report(found, key, at, "found %s, expected a mapping of keys and values".formatted(found.describe()));
            }
        }
        return Collections.unmodifiableList(bound);
    }

    /** Keys of this section in the file's order; all are then known. */
    List<String> keys() {
        known.addAll(node.values().keySet());
        return List.copyOf(node.values().keySet());
    }

    List<Double> numbers(String key, String expected, double low, double high) {
        List<Double> numbers = new ArrayList<>();
        for (YamlNode item : items(key, takeRequired(key, expected), expected)) {
            String at = itemPath(key, numbers.size());
            numbers.add(asNumber(item, key, at, 0, low, high));
        }
        return numbers;
    }

    /** Whole numbers in {@code [low, high]}. */
    List<Integer> wholes(String key, List<Integer> byDefault, String expected, int low, int high) {
        YamlNode value = take(key);
        if (value == null) {
            return byDefault;
        }
        List<Integer> numbers = new ArrayList<>();
        for (YamlNode item : items(key, value, expected)) {
            numbers.add((int) asWhole(item, key, itemPath(key, numbers.size()), low, low, high, wholeRange(low, high)));
        }
        return List.copyOf(numbers);
    }

    List<String> texts(String key, String expected) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key, take(key), expected)) {
            if (!(item instanceof Scalar scalar) || scalar.kind() == Kind.NULL) {
                problemAtItem(key, texts.size(), "found %s, expected a text".formatted(item.describe()));
            }
            texts.add(item instanceof Scalar scalar ? scalar.text() : "");
        }
        return texts;
    }

    private List<YamlNode> items(String key, @Nullable YamlNode value, String expected) {
        if (value instanceof Sequence list) {
            return list.items();
        }
        if (value != null) {
            wrong(value, key, expected);
        }
        return List.of();
    }

    private String itemPath(String key, int index) {
        return "%s[%d]".formatted(path(key), index);
    }

    /** Names keys that are right here, although nobody reads them. */
    void know(String... keys) {
        known.addAll(List.of(keys));
    }

    /** Reports every key that was not asked for, with the nearest one that is known; {@code owner} says whose key it is not. */
    void end(String owner) {
        for (String key : node.values().keySet()) {
            if (!known.contains(key)) {
                problemAtKey(key, "is no key of " + owner + Nearest.hint(key, known));
            }
        }
    }
}
