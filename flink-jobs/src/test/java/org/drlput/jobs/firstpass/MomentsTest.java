package org.drlput.jobs.firstpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.junit.jupiter.api.Test;

class MomentsTest {
    @Test
    void blocksGiveTheMeanAndDeviationOfTheWholeEvenFarFromZero() {
        Random random = new Random(5);
        Moments moments = new Moments();
        double[] block = new double[1000];
        double[] all = new double[20_000];
        for (int b = 0; b < 20; b++) {
            for (int i = 0; i < block.length; i++) {
                // 1e9 + noise: a sum of squares would have lost the variance
                block[i] = 1e9 + random.nextGaussian() * 3 + b;
                all[b * 1000 + i] = block[i];
            }
            moments.addBlock(block, block.length);
        }
        double mean = 0;
        for (double x : all) {
            mean += (x - 1e9) / all.length;
        }
        double squares = 0;
        for (double x : all) {
            squares += (x - 1e9 - mean) * (x - 1e9 - mean);
        }
        // one unit in the last place of 1e9 is 1.2e-7
        assertThat(moments.mean() - 1e9).isCloseTo(mean, within(1e-6));
        assertThat(moments.deviation()).isCloseTo(Math.sqrt(squares / all.length), within(1e-6));
    }

    @Test
    void missingValuesAreCountedAndLeftOut() {
        Moments moments = new Moments();
        moments.addBlock(new double[] {Double.NaN, 1, 3, Double.NaN}, 4);
        moments.addBlock(new double[] {Double.NaN}, 1);
        moments.addBlock(new double[] {5, 99}, 1);

        assertThat(moments.numeric()).isEqualTo(new NumericStatistics(3, Math.sqrt(8.0 / 3), 1, 5, 3));
    }

    @Test
    void aConstantHasDeviationOneAsAFeatureAndZeroAsAReward() {
        Moments moments = new Moments();
        moments.addBlock(new double[] {0.1, 0.1, 0.1}, 3);

        assertThat(moments.numeric()).isEqualTo(new NumericStatistics(0.1, 1, 0.1, 0.1, 0));
        assertThat(moments.deviation()).isLessThan(1e-16);
    }

    @Test
    void noValueAtAllIsUsable() {
        assertThat(new Moments().numeric()).isEqualTo(new NumericStatistics(0, 1, 0, 0, 0));
    }
}
