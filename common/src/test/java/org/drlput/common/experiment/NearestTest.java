package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KEYS = List.of("microBatches", "rowsPerStep", "epochs", "seed");

    @Test
    void findsTheNameBehindATypingMistake() {
        assertThat(Nearest.of("microBatch", KEYS)).isEqualTo("microBatches");
        assertThat(Nearest.of("rows_per_step", KEYS)).isEqualTo("rowsPerStep");
        assertThat(Nearest.of("epcohs", KEYS)).isEqualTo("epochs");
        assertThat(Nearest.of("SEED", KEYS)).isEqualTo("seed");
    }

    @Test
    void suggestsNothingRatherThanSomethingElse() {
        assertThat(Nearest.of("checkpointing", KEYS)).isNull();
        assertThat(Nearest.of("", KEYS)).isNull();
        assertThat(Nearest.of("x", List.of())).isNull();
        assertThat(Nearest.hint("checkpointing", KEYS)).isEmpty();
    }

    @Test
    void aTextOfAMillionCharactersIsNoTypingMistake() {
        assertThat(Nearest.of("e".repeat(1_000_000), KEYS)).isNull();
    }

    @Test
    void ofTwoEquallyNearTheFirstIsTaken() {
        assertThat(Nearest.of("R3", List.of("R0", "R1"))).isEqualTo("R0");
    }
}
