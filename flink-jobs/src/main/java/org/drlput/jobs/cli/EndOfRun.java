package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.AtEnd;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.Who;
import org.drlput.jobs.report.Summary.GateSummary;
import org.drlput.jobs.report.Summary.GateSummary.Decision;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.versions.GateQuestion;
import org.drlput.jobs.versions.JudgingRows;
import org.drlput.jobs.versions.VersionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the gate for the last version of a run that has ended, by the run's hold-out. */
final class EndOfRun {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfRun.class);

    private EndOfRun() {}

    /**
     * Whatever goes wrong here, the run has ended well: then it is told why the gate was not asked.
     *
     * @param servers that the run trained at; empty: embedded ones, whose registry is the run's directory
     */
    static GateSummary ask(Experiment experiment, RunDirectory run, List<String> servers, String runId, long version) {
        Wish wish = experiment.versions().gate().atEnd() == AtEnd.PROMOTE ? Wish.MOVE : Wish.ADVICE;
        try (VersionStore store = servers.isEmpty() ? VersionStore.of(run.root()) : VersionStore.at(servers.get(0))) {
            GateQuestion.Answer answer = new GateQuestion(store, JudgingRows.holdOut(run))
                    .ask(version, wish, new Who("run " + runId, "end of the run"));
            return GateText.summary(answer);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the gate could not be asked", e);
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new GateSummary(Decision.NOT_ASKED, null, null, "", List.of(), problem);
        }
    }
}
