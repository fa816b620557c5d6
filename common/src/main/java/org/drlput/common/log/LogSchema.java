package org.drlput.common.log;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.Field;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.LogColumn.Role;

/** The columns that an experiment reads from its logs. Immutable. */
public final class LogSchema {
    private final List<LogColumn> columns;

    private LogSchema(List<LogColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Of exploration logs: request, features, action, propensity and outcomes. */
    public static LogSchema explorationLog(Experiment experiment) {
        List<LogColumn> columns = new ArrayList<>();
        Experiment.Log log = experiment.log();
        columns.add(new LogColumn(log.requestId(), Role.REQUEST_ID, 0));
        columns.add(new LogColumn(log.eventTime(), Role.EVENT_TIME, 0));
        if (log.userId() != null) {
            columns.add(new LogColumn(log.userId(), Role.USER_ID, 0));
        }
        if (log.actionId() != null) {
            columns.add(new LogColumn(log.actionId(), Role.ACTION_ID, 0));
        }
        for (int i = 0; i < experiment.actions().hyperparameters().size(); i++) {
            String column = log.actionColumns()
                    .get(experiment.actions().hyperparameters().get(i).name());
            if (column != null) {
                columns.add(new LogColumn(column, Role.ACTION_VALUE, i));
            }
        }
        columns.add(new LogColumn(log.propensity(), Role.PROPENSITY, 0));
        addFeatures(experiment, columns);
        int index = 0;
        for (Experiment.Outcome outcome : experiment.reward().outcomes().values()) {
            columns.add(new LogColumn(outcome.column(), Role.OUTCOME, index));
            if (outcome.delayColumn() != null) {
                columns.add(new LogColumn(outcome.delayColumn(), Role.DELAY, index));
            }
            index++;
        }
        return new LogSchema(columns);
    }

    /** Of a sample of all traffic: features only. */
    public static LogSchema allTraffic(Experiment experiment) {
        List<LogColumn> columns = new ArrayList<>();
        addFeatures(experiment, columns);
        return new LogSchema(columns);
    }

    private static void addFeatures(Experiment experiment, List<LogColumn> columns) {
        FeatureSpace space = FeatureSpace.of(experiment.features());
        for (int i = 0; i < space.numeric().size(); i++) {
            columns.add(new LogColumn(space.numeric().get(i).name(), Role.NUMERIC, i));
        }
        for (int i = 0; i < space.categorical().size(); i++) {
            columns.add(new LogColumn(space.categorical().get(i).name(), Role.CATEGORICAL, i));
        }
        for (int i = 0; i < space.multiCategorical().size(); i++) {
            columns.add(new LogColumn(space.multiCategorical().get(i).name(), Role.MULTI_CATEGORICAL, i));
        }
    }

    List<LogColumn> columns() {
        return columns;
    }

    boolean has(Role role) {
        return columns.stream().anyMatch(column -> column.role() == role);
    }

    /** The names of the columns to read, each once. */
    public List<String> columnNames() {
        return columns.stream().map(LogColumn::name).distinct().toList();
    }

    /** What is wrong with a file's Arrow schema, in the order of this schema. */
    List<String> problems(String file, List<Field> fields, Map<Long, Dictionary> dictionaries) {
        List<String> problems =
                problems(file, fields.stream().map(Field::getName).toList());
        Map<String, Field> byName = new LinkedHashMap<>();
        fields.forEach(field -> byName.putIfAbsent(field.getName(), field));
        for (LogColumn column : columns) {
            Field field = byName.get(column.name());
            if (field != null && !column.accepts(field, dictionaries)) {
                problems.add("%s: column '%s' is %s: expected %s"
                        .formatted(
                                file, column.name(), LogColumn.describe(field, dictionaries), column.role().expected));
            }
        }
        return problems;
    }

    /** What is wrong with a file's column names. */
    List<String> problems(String file, List<String> found) {
        List<String> problems = new ArrayList<>();
        for (String name : columnNames()) {
            long times = found.stream().filter(name::equals).count();
            if (times == 0) {
                problems.add("%s: column '%s' is missing: expected %s%s"
                        .formatted(file, name, expected(name), Nearest.hint(name, found)));
            } else if (times > 1) {
                problems.add("%s: column '%s' stands there %d times: expected once".formatted(file, name, times));
            }
        }
        return problems;
    }

    private String expected(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .map(column -> column.role().expected)
                .findFirst()
                .orElseThrow();
    }
}
