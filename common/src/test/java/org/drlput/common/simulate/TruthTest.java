package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TruthTest {
    private static final int STATES = 512;

    @TempDir
    Path directory;

    private final Market market = SimulatedLogs.market(1);
    private final TestStates states = TestStates.of(market, 0, STATES);
    private final Truth truth = Truth.compute(market, states);

    @Test
    void theValuesStandInTheirOrder() {
        assertThat(truth.oracle()).isGreaterThan(truth.bestFixed().value());
        assertThat(truth.bestFixed().value())
                .isGreaterThanOrEqualTo(truth.manual().value());
        for (int a = 0; a < market.actions().size(); a++) {
            assertThat(truth.bestFixed().value())
                    .isGreaterThanOrEqualTo(states.value(a).value());
        }
        assertThat(truth.random()).isEqualTo(states.uniform().value());
        assertThat(truth.manual().action()).isEqualTo(market.actions().manualAction());
        assertThat(truth.manual().hyperparameters())
                .isEqualTo("w_click 1, w_long_click 3, w_conversion 3, reserve_price 0.2");
    }

    @Test
    void theGapIsZeroAtTheBestFixedActionAndOneAtTheOracle() {
        assertThat(truth.gapClosed(truth.bestFixed().value())).isZero();
        assertThat(truth.gapClosed(truth.oracle())).isEqualTo(1);
        assertThat(truth.gapOverSigma() * truth.sigma())
                .isCloseTo(truth.oracle() - truth.bestFixed().value(), within(1e-9));
    }

    /** An oracle that is valued on the draws it chose by sees luck as skill. */
    @Test
    void theOracleIsNotValuedOnTheDrawsThatItChoseBy() {
        int[] lucky = new int[STATES];
        for (int i = 0; i < STATES; i++) {
            for (int a = 1; a < market.actions().size(); a++) {
                lucky[i] = states.value(i, a) > states.value(i, lucky[i]) ? a : lucky[i];
            }
        }
        int[] oracle = Truth.oracle(market, states);
        assertThat(truth.oracle()).isEqualTo(states.value(oracle).value());
        PolicyValue luck = states.difference(lucky, oracle);
        assertThat(luck.value()).isGreaterThan(5 * luck.standardError());
    }

    @Test
    void itIsTheSameFromOneThread() throws Exception {
        java.util.concurrent.ForkJoinPool one = new java.util.concurrent.ForkJoinPool(1);
        try {
            Truth again = one.submit(() -> Truth.compute(market, TestStates.of(market, 0, STATES)))
                    .get();
            assertThat(again).isEqualTo(truth);
        } finally {
            one.shutdown();
        }
    }

    @Test
    void aFileReadsBackAsItWasWritten() throws IOException {
        Path file = directory.resolve(Truth.NAME);
        truth.write(file);
        assertThat(Truth.read(file)).isEqualTo(truth);
    }

    @Test
    void whatIsNoTruthIsRefusedByName() throws IOException {
        Path file = directory.resolve(Truth.NAME);
        truth.write(file);
        String json = Files.readString(file);

        refused(json.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"), "formatVersion is 2, expected 1");
        refused(json.replace("\"oracle\"", "\"orakel\""), "is no truth of a simulated market: ");
        refused(json.replace("\"seed\" : 1,", ""), "is no truth of a simulated market: ");
        refused(json.substring(0, json.length() / 2), "is no truth of a simulated market: ");
        refused("", "is no truth of a simulated market: ");
        refused("null", "is no truth of a simulated market: ");
        refused(json.replace("\"oracle\" : 3", "\"oracle\" : \"much\", \"x\" : 3"), "is no truth");
        assertThatThrownBy(() -> Truth.read(directory.resolve("absent.json")))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    private void refused(String json, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("bad.json"), json);
        assertThatThrownBy(() -> Truth.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": " + message);
    }
}
