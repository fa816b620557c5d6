package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/experiment.md speaks of every key, with the program's defaults and with examples that load. */
class ExperimentDocTest {
    private static final Path DOC = Path.of("..", "docs", "experiment.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\| `([^`]+)` \\| ([^|]+) \\|$");

    private record Row(String key, String type, String byDefault, String range, String example) {}

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        Matcher matcher = ROW.matcher(Files.readString(DOC));
        while (matcher.find()) {
            Row row = new Row(
                    matcher.group(1),
                    matcher.group(2),
                    matcher.group(3),
                    matcher.group(4).strip(),
                    matcher.group(5));
            assertThat(rows.put(row.key(), row)).as(row.key()).isNull();
        }
        return rows;
    }

    @Test
    void everyKeyIsThereAndNoOther() throws IOException {
        List<String> keys = new ArrayList<>();
        keys(Experiment.class, "", keys);
        // not a field of a record, but which record it is
        keys.add("features[].type");

        assertThat(rows().keySet())
                .containsExactlyInAnyOrderElementsOf(keys.stream().distinct().toList());
    }

    @Test
    void everyDefaultIsTheProgramsOwn() throws IOException {
        Experiment minimal = ExperimentLoader.parse(Experiments.MINIMAL, "minimal.yaml");
        int compared = 0;
        for (Row row : rows().values()) {
            if (row.byDefault().equals("required")
                    || row.key()
                            .matches(
                                    "(features|.*hyperparameters|.*segments|.*guardrails)\\[].*|.*<name>.*|log.actionColumns")) {
                continue;
            }
            String expected = text(value(minimal, row.key()));
            String found =
                    row.byDefault().equals("none") ? "none" : row.byDefault().replace("`", "");
            assertThat(found).as(row.key()).isEqualTo(expected);
            compared++;
        }
        assertThat(compared).isGreaterThan(40);
    }

    @Test
    void everyExampleLoadsAndShowsItsKey() throws IOException {
        for (Row row : rows().values()) {
            String key = row.key().substring(row.key().lastIndexOf('.') + 1);
            assertThat(row.example()).as(row.key()).containsPattern("\\b" + Pattern.quote(key) + ":");
            assertThatCode(() -> ExperimentLoader.parse(
                            Experiments.with(row.example().replace("; ", "\n") + "\n"), row.key()))
                    .as(row.key())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void requiredKeysAreRequired() throws IOException {
        for (String section : List.of("formatVersion", "name", "features")) {
            assertThat(rows())
                    .extractingByKey(section)
                    .extracting(Row::byDefault)
                    .isEqualTo("required");
        }
        assertThat(Files.readString(DOC)).contains(Experiments.MINIMAL);
    }

    private static void keys(Class<?> record, String prefix, List<String> keys) {
        for (RecordComponent component : record.getRecordComponents()) {
            String path = prefix + component.getName();
            Type type = component.getGenericType();
            if (type instanceof ParameterizedType generic) {
                keys.add(path);
                Type[] arguments = generic.getActualTypeArguments();
                nested(arguments[arguments.length - 1], path + (arguments.length == 1 ? "[]." : ".<name>."), keys);
            } else if (component.getType().isRecord()) {
                keys(component.getType(), path + ".", keys);
            } else {
                keys.add(path);
            }
        }
    }

    private static void nested(Type item, String prefix, List<String> keys) {
        if (item instanceof Class<?> type && type.isRecord()) {
            keys(type, prefix, keys);
        } else if (item instanceof Class<?> type && type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                keys(permitted, prefix, keys);
            }
        }
    }

    private static @Nullable Object value(Object record, String path) {
        Object value = record;
        for (String name : path.split("\\.", -1)) {
            try {
                value = value == null ? null : value.getClass().getMethod(name).invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(path, e);
            }
        }
        return value;
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        if (value instanceof Enum<?> choice) {
            return Section.camelCase(choice);
        }
        return value instanceof Double number ? GridAxis.text(number) : value.toString();
    }
}
