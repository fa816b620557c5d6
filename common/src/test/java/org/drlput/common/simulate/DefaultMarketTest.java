package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How hard the default market is, for seeds 1 to 5, and that it stays the same market: results on it are compared over years. A
 * truth takes seconds, so seed 1 is computed in every build and the others with {@code -Ddrlput.allSeeds=true}.
 */
final class DefaultMarketTest {
    @TempDir
    Path directory;

    private static Path pinned(long seed) {
        try {
            return Path.of(Objects.requireNonNull(DefaultMarketTest.class.getResource("truth-" + seed + ".json"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itIsAsHardAsLife(long seed) throws IOException {
        Truth truth = Truth.read(pinned(seed));

        assertThat(truth.seed()).isEqualTo(seed);
        assertThat(truth.gapOverSigma()).isBetween(0.25, 0.35);
        assertThat(truth.oracleDiversity()).isLessThanOrEqualTo(0.1);
        assertThat(SimulatedLogs.market(seed).actions().size()).isGreaterThanOrEqualTo(100);
        assertThat(truth.distinctBestActions()).isGreaterThanOrEqualTo(30);
        // the gap itself is known to a fiftieth
        assertThat(truth.standardError())
                .isLessThan((truth.oracle() - truth.bestFixed().value()) / 50);
        assertThat(truth.random()).isLessThan(truth.manual().value());
    }

    @Test
    void theTruthOfSeedOneIsThePinnedOneToTheLastBit() throws IOException {
        isPinned(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5})
    @EnabledIfSystemProperty(named = "drlput.allSeeds", matches = "true")
    void theTruthsOfTheOtherSeedsAreThePinnedOnesToTheLastBit(long seed) throws IOException {
        isPinned(seed);
    }

    private void isPinned(long seed) throws IOException {
        Path computed = directory.resolve(Truth.NAME);
        Truth.compute(SimulatedLogs.market(seed)).write(computed);
        assertThat(computed).content().isEqualTo(Files.readString(pinned(seed)));
    }
}
