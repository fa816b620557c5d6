package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
    private static final Estimate GAIN = new Estimate("snips", 0.312, 0.22, 0.404, 812, 812, 203, 125, true);
    private static final Estimate TOO_FEW = new Estimate("snips", null, null, null, 41.4, 45, 7, 125, false);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nanos;

    private ProgressView view(boolean interactive) {
        return new ProgressView(Cli.terminal(out, err, interactive), () -> nanos);
    }

    private static ProgressView.State training(long step, @Nullable Estimate gain) {
        return new ProgressView.State(
                "training", step * 1024, 1_000_000, 21_843.4, step, 977, 0.11316, 0.074, gain, 12);
    }

    @Test
    void withoutATerminalEachLineIsPlain() {
        view(false).update(training(508, GAIN));

        assertThat(Cli.text(out))
                .isEqualTo(
                        "training  step 508/977  520,192/1,000,000 rows  21,843 rows/s  reward 0.1132  Diversity 0.074"
                                + "  Relative Gain +31.2 % (+22.0 to +40.4)  12 s left\n");
    }

    @Test
    void plainLinesComeEveryFiveSecondsAndWithEachPhase() {
        ProgressView view = view(false);
        view.update(training(1, null));
        nanos += 4_900_000_000L;
        view.update(training(2, null));
        nanos += 200_000_000L;
        view.update(training(3, null));
        view.update(ProgressView.State.rows("evaluation", 10, 0, 0, -1));

        assertThat(Cli.text(out).lines().map(line -> line.split("  ")[0] + line.split("  ")[1]))
                .containsExactly("trainingstep 1/977", "trainingstep 3/977", "evaluation10 rows");
    }

    @Test
    void onATerminalTheBlockIsRedrawnInPlace() {
        ProgressView view = view(true);
        view.update(training(508, GAIN));
        String first = Cli.text(out);
        nanos += 1_000_000_000L;
        out.reset();
        view.update(training(977, GAIN));

        assertThat(first.lines().toList().get(0))
                .isEqualTo("training    [############------------]  52 %  step 508 of 977  12 s left");
        assertThat(first.lines().toList().get(1)).startsWith("            520,192/1,000,000 rows  21,843 rows/s");
        assertThat(first.lines()).allMatch(line -> line.length() < 100);
        assertThat(Cli.text(out)).startsWith("\u001b[2A\r\u001b[J").contains("[########################] 100 %");
    }

    @Test
    void whatIsPrintedMeanwhileGoesAboveTheBlock() {
        Terminal terminal = Cli.terminal(out, err, true);
        terminal.status("one", "two");
        out.reset();
        terminal.line("news");

        assertThat(Cli.text(out)).isEqualTo("\u001b[2A\r\u001b[Jnews\n");
    }

    @Test
    void anEstimateThatIsNotBelievableIsNotShown() {
        view(false).update(training(508, TOO_FEW));

        assertThat(Cli.text(out))
                .contains("Relative Gain no estimate: effective sample size 41, 7 rewarded rows")
                .doesNotContain("null");
    }

    @Test
    void thePhaseWithoutStepsShowsRowsOnly() {
        view(false).update(ProgressView.State.rows("first pass", 1_500, 3_000, 1_000, 1.5));

        assertThat(Cli.text(out)).isEqualTo("first pass  1,500/3,000 rows  1,000 rows/s  1.5 s left\n");
    }
}
