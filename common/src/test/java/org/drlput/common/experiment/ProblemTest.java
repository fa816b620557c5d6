package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void whatAFileHoldsNeitherBreaksLinesNorSteersATerminal() {
        Problem problem = new Problem("f.yaml", 3, 7, "a\u009bb", "x\u0085y\u2028z\u001b[31m \u0000\u007f\u0080end");
        assertThat(problem.toString()).isEqualTo("f.yaml:3:7: a b: x y z [31m  end");
    }
}
