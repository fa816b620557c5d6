package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.drlput.common.action.ActionSpace;
import org.junit.jupiter.api.Test;

/** The file in examples/ is what a reader starts from: it has to load and to mean what its comments say. */
class ExampleExperimentTest {
    static final Path AD_MARKET = Path.of("..", "examples", "ad-market.yaml");

    @Test
    void adMarketLoadsAndHas125Actions() {
        Experiment experiment = ExperimentLoader.load(AD_MARKET);

        assertThat(experiment.name()).isEqualTo("ad-market");
        ActionSpace space = ActionSpace.of(experiment.actions());
        assertThat(space.size()).isEqualTo(125);
        assertThat(space.values(space.manualAction())).containsExactly(1, 3, 3, 0.2);
    }
}
