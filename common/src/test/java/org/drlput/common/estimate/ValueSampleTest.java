package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValueSampleTest {
    @Test
    void boundsAreTheValuesWhereOnePartEndsAndTheNextBegins() {
        ValueSample sample = new ValueSample();
        for (int i = 99; i >= 0; i--) {
            sample.add(i);
        }

        assertThat(sample.bounds(4)).containsExactly(25f, 50f, 75f);
        assertThat(sample.bounds(3)).containsExactly(33f, 66f);
    }

    @Test
    void fewerValuesThanPartsAreFewerParts() {
        ValueSample sample = new ValueSample();
        assertThat(sample.bounds(10)).isEmpty();
        sample.add(Float.NaN);
        assertThat(sample.bounds(10)).isEmpty();
        sample.add(1);
        assertThat(sample.bounds(10)).isEmpty();
        sample.add(2);
        assertThat(sample.bounds(10)).containsExactly(2f);
    }

    @Test
    void memoryIsBoundedAndBoundsStayNear() {
        int n = 5 * ValueSample.CAPACITY + 12_345;
        ValueSample sample = new ValueSample();
        for (int i = 0; i < n; i++) {
            sample.add((float) i / n);
        }

        for (int j = 1; j < 10; j++) {
            // a thinned sample is every 8th value: bounds are at most 8 values off
            assertThat(sample.bounds(10).get(j - 1)).isBetween(j / 10f - 2e-6f, j / 10f + 2e-6f);
        }
        assertThat(sample.size()).isBetween(ValueSample.CAPACITY / 2, ValueSample.CAPACITY);
    }
}
