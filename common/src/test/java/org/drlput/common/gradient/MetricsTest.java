package org.drlput.common.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every field is added and cleared: a new one that is forgotten fails here. */
class MetricsTest {
    private static final List<Field> FIELDS = List.of(Metrics.class.getFields());

    @Test
    void everyFieldIsAdded() throws IllegalAccessException {
        Metrics left = numbered(100);
        left.add(numbered(1));

        for (int i = 0; i < FIELDS.size(); i++) {
            assertThat(value(left, i)).as(FIELDS.get(i).getName()).isEqualTo(101 + 2 * i);
        }
    }

    @Test
    void everyFieldIsCleared() throws IllegalAccessException {
        Metrics metrics = numbered(1);
        metrics.clear();

        for (int i = 0; i < FIELDS.size(); i++) {
            assertThat(value(metrics, i)).as(FIELDS.get(i).getName()).isZero();
        }
    }

    private static Metrics numbered(int start) throws IllegalAccessException {
        Metrics metrics = new Metrics();
        for (int i = 0; i < FIELDS.size(); i++) {
            Field field = FIELDS.get(i);
            if (field.getType() == long.class) {
                field.setLong(metrics, start + i);
            } else {
                field.setDouble(metrics, start + i);
            }
        }
        return metrics;
    }

    private static double value(Metrics metrics, int field) throws IllegalAccessException {
        return ((Number) FIELDS.get(field).get(metrics)).doubleValue();
    }
}
