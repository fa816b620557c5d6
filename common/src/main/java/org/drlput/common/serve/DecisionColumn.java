package org.drlput.common.serve;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.jspecify.annotations.Nullable;

/** A column of the log of decisions: its Arrow field, and its cell of a row. Immutable. */
record DecisionColumn(Field field, Cell cell) {
    static final String POLICY_VERSION = "policy_version";
    static final String EXPLORED = "explored";
    static final String DECIDED_BY = "decided_by";

    private static final ArrowType UTF8 = new ArrowType.Utf8();
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final long MICROS = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    /** Writes a row's cell into the column's vector; leaves it null where the row has no value. */
    interface Cell {
        void set(FieldVector vector, int row, LoggedDecision decision);
    }

    /** All columns that training reads of an experiment's logs, and what else is worth knowing; each name once. */
    static List<DecisionColumn> of(Experiment experiment, Rows rows) {
        Map<String, DecisionColumn> columns = new LinkedHashMap<>();
        Experiment.Log log = experiment.log();
        add(columns, text(log.requestId(), LoggedDecision::requestId));
        add(columns, eventTime(log.eventTime()));
        // before the user id, whose column may be a feature's too
        experiment.features().forEach(feature -> add(columns, feature(feature)));
        if (log.userId() != null) {
            add(columns, text(log.userId(), LoggedDecision::userId));
        }
        if (log.actionId() != null) {
            add(columns, actionId(log.actionId()));
        }
        log.actionColumns()
                .forEach((hyperparameter, column) -> add(
                        columns,
                        float64(
                                column,
                                row -> row.decision().hyperparameters().getOrDefault(hyperparameter, Double.NaN))));
        add(columns, float64(log.propensity(), row -> propensity(row.decision(), rows)));
        experiment.reward().outcomes().forEach((name, outcome) -> {
            add(columns, float64(outcome.column(), row -> row.outcomes().getOrDefault(name, 0.0)));
            addDelay(columns, name, outcome);
        });
        add(columns, policyVersion());
        add(columns, explored());
        add(columns, text(DECIDED_BY, row -> row.decision().why()));
        return List.copyOf(columns.values());
    }

    private static void add(Map<String, DecisionColumn> columns, DecisionColumn column) {
        columns.putIfAbsent(column.field.getName(), column);
    }

    private static double propensity(Decision decision, Rows rows) {
        return rows == Rows.EXPLORED ? 1.0 / decision.experiment().actions().size() : decision.probability();
    }

    private static void addDelay(Map<String, DecisionColumn> columns, String name, Outcome outcome) {
        if (outcome.delayColumn() != null) {
            add(columns, int64(outcome.delayColumn(), row -> row.delayMillis().get(name)));
        }
    }

    private static DecisionColumn text(String name, Function<LoggedDecision, @Nullable String> value) {
        return new DecisionColumn(
                Field.nullable(name, UTF8), (vector, row, decision) -> setText(vector, row, value.apply(decision)));
    }

    private static void setText(FieldVector vector, int row, @Nullable String text) {
        if (text != null) {
            ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static DecisionColumn eventTime(String name) {
        return new DecisionColumn(
                Field.nullable(name, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")), (vector, row, decision) -> {
                    Instant time = decision.eventTime();
                    long micros = Math.addExact(
                            Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / NANOS_PER_MICRO);
                    ((TimeStampMicroTZVector) vector).setSafe(row, micros);
                });
    }

    private static DecisionColumn actionId(String name) {
        return new DecisionColumn(
                Field.nullable(name, new ArrowType.Int(32, true)),
                (vector, row, decision) ->
                        ((IntVector) vector).setSafe(row, decision.decision().actionId()));
    }

    private static DecisionColumn float64(String name, ToDoubleFunction<LoggedDecision> value) {
        return new DecisionColumn(
                Field.nullable(name, FLOAT64),
                (vector, row, decision) -> ((Float8Vector) vector).setSafe(row, value.applyAsDouble(decision)));
    }

    private static DecisionColumn int64(String name, Function<LoggedDecision, @Nullable Long> value) {
        return new DecisionColumn(Field.nullable(name, INT64), (vector, row, decision) -> {
            Long number = value.apply(decision);
            if (number != null) {
                ((BigIntVector) vector).setSafe(row, number);
            }
        });
    }

    private static DecisionColumn policyVersion() {
        return int64(POLICY_VERSION, row -> {
            long version = row.decision().version();
            return version == Decision.NO_VERSION ? null : version;
        });
    }

    private static DecisionColumn explored() {
        return new DecisionColumn(
                Field.nullable(EXPLORED, new ArrowType.Bool()),
                (vector, row, decision) ->
                        ((BitVector) vector).setSafe(row, decision.decision().explored() ? 1 : 0));
    }

    private static DecisionColumn feature(Feature feature) {
        String name = feature.name();
        if (feature instanceof Numeric) {
            ArrowType float32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            return new DecisionColumn(Field.nullable(name, float32), (vector, row, decision) -> {
                Object value = decision.features().get(name);
                if (value instanceof Number number) {
                    ((Float4Vector) vector).setSafe(row, number.floatValue());
                } else if (value instanceof Boolean flag) {
                    ((Float4Vector) vector).setSafe(row, flag ? 1 : 0);
                }
            });
        }
        if (feature instanceof Categorical) {
            return text(name, decision -> word(decision.features().get(name)));
        }
        Field list = new Field(name, FieldType.nullable(new ArrowType.List()), List.of(Field.nullable("item", UTF8)));
        return new DecisionColumn(
                list,
                (vector, row, decision) ->
                        setList((ListVector) vector, row, decision.features().get(name)));
    }

    private static void setList(ListVector vector, int row, @Nullable Object value) {
        if (value instanceof Collection<?> items) {
            List<?> stable = new ArrayList<>(items);
            int at = vector.startNewValue(row);
            for (int i = 0; i < stable.size(); i++) {
                setText(vector.getDataVector(), at + i, word(stable.get(i)));
            }
            vector.endValue(row, stable.size());
        }
    }

    /** A category: text, or the decimal text of a whole number, which is the same to training. */
    private static @Nullable String word(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
