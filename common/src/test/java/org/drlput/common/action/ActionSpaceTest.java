package org.drlput.common.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.experiment.GridAxis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionSpaceTest {
    private static final ActionSpace AD_MARKET = space(
            new Hyperparameter("w_click", null, List.of(0., .25, .5, 1., 1.5, 2., 3., 4., 6., 8.), 5, 1),
            new Hyperparameter("w_long_click", "w_click", List.of(0., 1., 2., 3., 4., 5., 6., 8., 10., 12.), 5, 3),
            new Hyperparameter("w_conversion", null, List.of(0., 1., 2., 3., 4., 5., 6., 8., 10., 12.), 5, 3),
            new Hyperparameter("reserve_price", null, List.of(0., .1, .2, .4, .8), 5, .2));

    private static ActionSpace space(Hyperparameter... axes) {
        return ActionSpace.of(new Actions(Behaviour.UNIFORM, List.of(axes)));
    }

    @Test
    void theFirstHyperparameterIsTheMostSignificantDigit() {
        assertThat(AD_MARKET.size()).isEqualTo(125);
        assertThat(AD_MARKET.values(0)).containsExactly(0.25, 1, 1, 0);
        assertThat(AD_MARKET.values(1)).containsExactly(0.25, 1, 1, 0.1);
        assertThat(AD_MARKET.values(5)).containsExactly(0.25, 1, 3, 0);
        assertThat(AD_MARKET.values(25)).containsExactly(1, 3, 1, 0);
        assertThat(AD_MARKET.values(124)).containsExactly(8, 12, 12, 0.8);
    }

    @Test
    void theManualSettingIsAnAction() {
        assertThat(AD_MARKET.manualAction()).isEqualTo(25 + 5 + 2);
        assertThat(AD_MARKET.values(AD_MARKET.manualAction())).containsExactly(1, 3, 3, 0.2);
        assertThat(AD_MARKET.decoded(AD_MARKET.manualAction()))
                .isEqualTo("w_click 1, w_long_click 3, w_conversion 3, reserve_price 0.2");
    }

    @Test
    void valuesOffTheGridAreNoAction() {
        assertThat(AD_MARKET.actionId(new double[] {1, 3, 3, 0.2})).isEqualTo(32);
        assertThat(AD_MARKET.actionId(new double[] {0.5, 3, 3, 0.2}))
                .as("a level, not its group's value")
                .isEqualTo(-1);
        assertThat(AD_MARKET.actionId(new double[] {1, 5, 3, 0.2}))
                .as("does not follow its tie")
                .isEqualTo(-1);
        assertThat(AD_MARKET.actionId(new double[] {1, 3, Double.NaN, 0.2})).isEqualTo(-1);
        assertThat(AD_MARKET.actionId(new double[] {1, Double.NaN, 3, 0.2})).isEqualTo(-1);
        assertThat(AD_MARKET.actionId(new double[] {1, 3, Double.POSITIVE_INFINITY, 0.2}))
                .isEqualTo(-1);
    }

    @Test
    void aLogOfFloat32FindsTheSameActions() {
        for (int id = 0; id < AD_MARKET.size(); id++) {
            double[] values = AD_MARKET.values(id);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) values[i];
            }
            assertThat(AD_MARKET.actionId(values)).isEqualTo(id);
        }
    }

    @Test
    void idsAndArraysOfTheWrongSizeAreRefused() {
        assertThatThrownBy(() -> AD_MARKET.values(125))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("action 125: expected 0 to 124");
        assertThatThrownBy(() -> AD_MARKET.values(-1)).hasMessage("action -1: expected 0 to 124");
        assertThatThrownBy(() -> AD_MARKET.group(125, 0)).hasMessage("action 125: expected 0 to 124");
        assertThatThrownBy(() -> AD_MARKET.actionId(new double[3]))
                .hasMessage("3 hyperparameters: expected 4, [w_click, w_long_click, w_conversion, reserve_price]");
    }

    @Test
    void aTieToALaterHyperparameterFollowsIt() {
        ActionSpace space = space(
                new Hyperparameter("a", "b", List.of(10., 20.), 2, 10),
                new Hyperparameter("b", null, List.of(1., 2.), 2, 1));
        assertThat(space.size()).isEqualTo(2);
        assertThat(space.values(1)).containsExactly(20, 2);
    }

    @Test
    void whatIsGivenOutIsACopy() {
        AD_MARKET.values(3)[0] = -1;
        AD_MARKET.axisValues(0)[0] = -1;
        assertThat(AD_MARKET.values(3)[0]).isEqualTo(0.25);
    }

    @Test
    void unevenGroupsTakeTheUpperMedian() {
        List<Double> levels = List.of(0., 1., 2., 3., 4., 5., 6.);
        // [0, 1], [2, 3], [4, 5, 6]
        assertThat(GridAxis.groupValues(levels, 3)).containsExactly(1., 3., 5.);
        assertThat(GridAxis.groupValues(levels, 7)).isEqualTo(levels);
        // [0, 1, 2], [3, 4, 5, 6]
        assertThat(GridAxis.groupValues(levels, 2)).containsExactly(1., 5.);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyGridHoldsItsLaws(long seed) {
        Random random = new Random(seed);
        for (int grid = 0; grid < 25; grid++) {
            List<Hyperparameter> axes = randomAxes(random);
            ActionSpace space = ActionSpace.of(new Actions(Behaviour.UNIFORM, axes));
            String as = "seed %d, grid %d: %s".formatted(seed, grid, axes);

            int size = axes.stream()
                    .filter(axis -> axis.tiedTo() == null)
                    .mapToInt(Hyperparameter::groups)
                    .reduce(1, (a, b) -> a * b);
            assertThat(space.size()).as(as).isEqualTo(size);
            for (int id = 0; id < size; id++) {
                assertThat(space.actionId(space.values(id))).as(as).isEqualTo(id);
                assertTiesFollow(space, axes, id, as);
            }
            assertThat(space.manualAction()).as(as).isBetween(0, size - 1);
            axes.forEach(axis -> assertGroupsPartitionTheLevels(axis, as));
        }
    }

    private static void assertTiesFollow(ActionSpace space, List<Hyperparameter> axes, int id, String as) {
        for (int i = 0; i < axes.size(); i++) {
            String tiedTo = axes.get(i).tiedTo();
            if (tiedTo != null) {
                assertThat(space.group(id, i))
                        .as(as)
                        .isEqualTo(space.group(id, space.names().indexOf(tiedTo)));
            }
            assertThat(space.values(id)[i]).as(as).isEqualTo(space.axisValues(i)[space.group(id, i)]);
        }
    }

    private static void assertGroupsPartitionTheLevels(Hyperparameter axis, String as) {
        List<Double> joined = new ArrayList<>();
        List<Double> values = GridAxis.groupValues(axis.levels(), axis.groups());
        for (int j = 0; j < axis.groups(); j++) {
            List<Double> group = GridAxis.groupLevels(axis.levels(), axis.groups(), j);
            joined.addAll(group);
            double value = values.get(j);
            long below = group.stream().filter(level -> level < value).count();
            long above = group.stream().filter(level -> level > value).count();
            // The upper median: as many below as above, or one more below.
            assertThat(below - above).as(as).isBetween(0L, 1L);
        }
        assertThat(joined).as(as).isEqualTo(axis.levels());
    }

    private static List<Hyperparameter> randomAxes(Random random) {
        List<Hyperparameter> axes = new ArrayList<>();
        int free = 1 + random.nextInt(3);
        for (int i = 0; i < free; i++) {
            int m = 2 + random.nextInt(9);
            int g = 2 + random.nextInt(m - 1);
            int production = random.nextInt(g);
            String name = "w" + i;
            axes.add(axis(name, null, levels(random, m), g, production));
            if (random.nextBoolean()) {
                axes.add(random.nextInt(axes.size() + 1), axis(name + "_tied", name, levels(random, m), g, production));
            }
        }
        return axes;
    }

    private static Hyperparameter axis(
            String name, @Nullable String tiedTo, List<Double> levels, int groups, int group) {
        return new Hyperparameter(
                name,
                tiedTo,
                levels,
                groups,
                GridAxis.groupValues(levels, groups).get(group));
    }

    private static List<Double> levels(Random random, int count) {
        List<Double> levels = new ArrayList<>();
        double level = random.nextInt(10) - 5;
        for (int i = 0; i < count; i++) {
            level += 0.05 * (1 + random.nextInt(40));
            levels.add(level);
        }
        return levels;
    }
}
