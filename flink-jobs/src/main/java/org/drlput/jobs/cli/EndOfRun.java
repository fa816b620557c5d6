package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.AtEnd;
import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.select.Candidate;
import org.drlput.common.select.Selection;
import org.drlput.jobs.report.Summary.GateSummary;
import org.drlput.jobs.report.Summary.GateSummary.Decision;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.versions.GateQuestion;
import org.drlput.jobs.versions.JudgingRows;
import org.drlput.jobs.versions.VersionStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one verdict on a run that has ended: the gate is asked, by the run's hold-out, for the version that the selection chose. Where it
 * chose one action for everybody nothing is to be promoted, and where nothing could be judged the gate says so of the last version.
 */
final class EndOfRun {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfRun.class);

    private final Experiment experiment;
    private final RunDirectory run;
    private final List<String> servers;
    private final String runId;

    /** @param servers that the run trained at; empty: embedded ones, whose registry is the run's directory */
    EndOfRun(Experiment experiment, RunDirectory run, List<String> servers, String runId) {
        this.experiment = experiment;
        this.run = run;
        this.servers = List.copyOf(servers);
        this.runId = runId;
    }

    /** Whatever goes wrong here, the run has ended well: then it is told why the gate was not asked. */
    GateSummary ask(Selection selection, long lastVersion) {
        Candidate chosen = selection.chosen();
        Long best = chosen == null ? null : chosen.version();
        long version = best == null ? lastVersion : best;
        try (VersionStore store = servers.isEmpty() ? VersionStore.of(run.root()) : VersionStore.at(servers.get(0))) {
            if (chosen != null && chosen.action() != null) {
                Long stable = store.listing().aliases().get(VersionKeeper.STABLE);
                return told(Decision.FIXED_ACTION, version, stable, selection.reason(), action(chosen.action()));
            }
            Wish wish = experiment.versions().gate().atEnd() == AtEnd.PROMOTE ? Wish.MOVE : Wish.ADVICE;
            GateQuestion.Answer answer = new GateQuestion(store, JudgingRows.holdOut(run))
                    .ask(version, wish, new Who("run " + runId, "end of the run"));
            GateSummary gate = GateText.summary(version, answer);
            return gate.with(verdict(gate, best));
        } catch (IOException | RuntimeException e) {
            LOG.warn("the gate could not be asked", e);
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return told(
                    Decision.NOT_ASKED,
                    version,
                    null,
                    problem,
                    "nothing of this run yet: version %d is its best one, and the gate could not be asked whether it may be served"
                            .formatted(version));
        }
    }

    private static GateSummary told(
            Decision decision, long version, @Nullable Long stable, String problem, String verdict) {
        return new GateSummary(decision, version, stable, stable, "", List.of(), problem, verdict);
    }

    private String action(int action) {
        ActionSpace actions = ActionSpace.of(experiment.actions());
        double[] values = actions.values(action);
        StringBuilder hyperparameters = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            hyperparameters
                    .append(i == 0 ? "" : ", ")
                    .append(actions.names().get(i))
                    .append(' ')
                    .append(Texts.plain(values[i]));
        }
        return "one setting for everybody, action %d (%s): no version of this run is seen to be better, so none is promoted"
                .formatted(action, hyperparameters);
    }

    private static String verdict(GateSummary gate, @Nullable Long best) {
        String stable = gate.stable() == null ? "nothing is stable yet" : "stable stays at version " + gate.stable();
        if (best == null) {
            return "nothing of this run: too few logged requests match to judge any version; " + stable;
        }
        return switch (gate.decision()) {
            case PROMOTED ->
                "version %d, the best of this run: the gate let it pass, and ad servers that follow stable get it from now on"
                        .formatted(best);
            case ADVISED ->
                "version %d, the best of this run: the gate would let it pass; it waits for somebody to type: drlput versions promote %d"
                        .formatted(best, best);
            default ->
                "nothing of this run yet: version %d is its best one, and the gate holds it, for %s; %s"
                        .formatted(best, why(gate), stable);
        };
    }

    private static String why(GateSummary gate) {
        return gate.findings().stream()
                .filter(finding -> finding.result() != Result.MET)
                .map(Finding::rule)
                .collect(Collectors.joining(" and "))
                .replaceFirst("^$", "what is told below");
    }
}
