package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.drlput.common.action.ActionSpace;
import org.junit.jupiter.api.Test;

/** The files in examples/ are what a reader starts from: they have to load and to mean what their comments say. */
class ExampleExperimentTest {
    static final Path AD_MARKET = Path.of("..", "examples", "ad-market.yaml");

    @Test
    void everyExampleLoads() throws IOException {
        try (Stream<Path> files = Files.list(Objects.requireNonNull(AD_MARKET.getParent()))) {
            List<Path> examples =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(examples).contains(AD_MARKET).allSatisfy(ExperimentLoader::load);
        }
    }

    @Test
    void adMarketLoadsAndHas125Actions() {
        Experiment experiment = ExperimentLoader.load(AD_MARKET);

        assertThat(experiment.name()).isEqualTo("ad-market");
        ActionSpace space = ActionSpace.of(experiment.actions());
        assertThat(space.size()).isEqualTo(125);
        assertThat(space.values(space.manualAction())).containsExactly(1, 3, 3, 0.2);
    }
}
