package org.drlput.common.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.junit.jupiter.api.Test;

/** What a reader of {@code drlput validate} sees of the grid. */
class GridTextTest {
    private static String text(Hyperparameter... axes) {
        return String.join(
                "\n",
                ActionSpace.of(new Actions(Behaviour.UNIFORM, List.of(axes))).describe());
    }

    @Test
    void groupsTiesSizesAndOneDecodedAction() {
        String text = text(
                new Hyperparameter("w_click", null, List.of(0., .25, .5, 1.), 2, .25),
                new Hyperparameter("w_long_click", "w_click", List.of(0., 1., 2., 3.), 2, 1),
                new Hyperparameter("reserve_price", null, List.of(0., .1, .2), 3, .2));
        assertThat(text).isEqualTo("""
                        w_click        4 levels: 0, 0.25, 0.5, 1
                                       2 groups: [0, 0.25] -> 0.25, [0.5, 1] -> 1; production 0.25
                        w_long_click   4 levels: 0, 1, 2, 3
                                       2 groups: [0, 1] -> 1, [2, 3] -> 3, tied to w_click; production 1
                        reserve_price  3 levels: 0, 0.1, 0.2
                                       no groups; production 0.2
                        4 x 4 x 3 = 48 combinations of levels -> 2 x 2 x 3 = 12 of groups -> 2 x 3 = 6 with ties -> 6 actions
                        action 2 = 0 x 3 + 2, the manual setting: w_click 0.25, w_long_click 1, reserve_price 0.2""");
    }

    @Test
    void aGridWithoutGroupsAndTiesSaysNothingOfThem() {
        assertThat(text(new Hyperparameter("w", null, List.of(0., 1.), 2, 1))).isEqualTo("""
                        w  2 levels: 0, 1
                           no groups; production 1
                        2 combinations of levels -> 2 actions
                        action 1, the manual setting: w 1""");
    }

    @Test
    void equalAxesAreAPower() {
        assertThat(text(
                        new Hyperparameter("a", null, List.of(0., 1., 2., 3.), 2, 1),
                        new Hyperparameter("b", null, List.of(0., 1., 2., 3.), 2, 1)))
                .contains("\n4^2 = 16 combinations of levels -> 2^2 = 4 of groups -> 4 actions\n");
    }
}
