package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.select.Candidate;
import org.drlput.common.select.Selection;
import org.drlput.jobs.report.Summary.GateSummary;
import org.drlput.jobs.report.Summary.GateSummary.Decision;
import org.drlput.jobs.run.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where the gate is not asked; where it is, see {@link VersionsCommandTest}. */
class EndOfRunTest {
    private static final Experiment EXPERIMENT = ExperimentLoader.parse("""
            formatVersion: 1
            name: small-market
            features: [{name: ctr_30d, type: numeric}]
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 1, 4], production: 1}
                - {name: reserve_price, levels: [0, 0.4], production: 0.4}
            reward: {active: R0, outcomes: {revenue: {column: revenue}}, variants: {R0: {revenue: 1}}}
            """.getBytes(StandardCharsets.UTF_8), "test");

    @TempDir
    Path directory;

    private GateSummary ask(Selection selection) {
        return new EndOfRun(EXPERIMENT, new RunDirectory(directory), List.of(), "run").ask(selection, 24);
    }

    @Test
    void whereOneActionIsChosenNothingIsPromoted() {
        Selection selection = Selection.of(List.of(), Optional.of(new Candidate(null, null, 5, 3.4, 3.2, 3.6, 900)));

        GateSummary gate = ask(selection);

        assertThat(gate.decision()).isEqualTo(Decision.FIXED_ACTION);
        assertThat(gate.verdict())
                .isEqualTo("one setting for everybody, action 5 (w_click 4, reserve_price 0.4):"
                        + " no version of this run is seen to be better, so none is promoted");
        assertThat(gate.problem()).isEqualTo(selection.reason());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aGateThatCanNotBeAskedIsToldAndNothingElse() {
        GateSummary gate = ask(Selection.of(List.of(), Optional.empty()));

        assertThat(gate.decision()).isEqualTo(Decision.NOT_ASKED);
        assertThat(gate.version()).isEqualTo(24);
        assertThat(gate.problem()).contains(directory.toString());
        assertThat(gate.verdict())
                .isEqualTo("nothing of this run yet: version 24 is its best one, and the gate could not be asked"
                        + " whether it may be served");
    }
}
