package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.math.Kernels;
import org.drlput.common.reward.RewardComposite;
import org.drlput.common.select.PolicyAndActions;
import org.drlput.common.select.PolicyAndActions.Range;
import org.drlput.common.select.PolicyAndActions.Standing;
import org.drlput.common.select.UnseenRows;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.run.RunDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code drlput actions}: a run's policy beside each single action. */
@Command(
        name = "actions",
        header = "Tells what a run's policy and each single action are worth, and by how much the policy is better.",
        description = {
            "",
            "By rows of the run's logs that the policy did not learn from: those that were held out, and with several network.members "
                    + "all others too, each judged by the member that did not learn from it. Values are reward per request by SNIPS "
                    + "with 95 %% intervals; where fewer rows match than evaluation.minEffectiveSampleSize and "
                    + "evaluation.minRewardedRows ask for, there is none."
        },
        footer = {"", "Example:", "  drlput actions run"})
final class ActionsCommand implements Callable<Integer> {
    private static final int SCORED_ROWS = 512;

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The --out of a run that came to its end.")
    private Path directory;

    ActionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Summary summary = Summary.read(directory);
        RunDirectory run = new RunDirectory(directory);
        Experiment experiment = ExperimentLoader.load(run.experiment());
        Version version = Version.read(new VersionRegistry(directory).directory(summary.version()));
        PolicyAndActions rows =
                new PolicyAndActions(ActionSpace.of(experiment.actions()).size());
        read(experiment, run.firstPass(), version, rows);
        if (rows.rows() == 0) {
            throw new Failure("there is no row to judge by")
                    .where(directory)
                    .found("a run that held out nothing, and a policy of one member")
                    .expected("held-out rows, or two or more members")
                    .toDo("set evaluation.holdout.share or network.members, and train again");
        }
        tell(experiment, summary.version(), rows);
        return 0;
    }

    private static void read(Experiment experiment, Path firstPass, Version version, PolicyAndActions rows) {
        FirstPassResult result = FirstPassFile.read(firstPass).result();
        Policy policy = Policy.of(version, Kernels.best(), SCORED_ROWS);
        UnseenRows unseen = version.model().members() > 1 ? new UnseenRows(version, Kernels.best()) : null;
        RewardComposite reward = RewardComposite.of(experiment.reward());
        try (BlockStore blocks = BlockStore.open(firstPass, experiment, result)) {
            for (long b = 0; b < blocks.blockCount(); b++) {
                Block block = blocks.read(b);
                double[] rewards = new double[block.rowCount()];
                reward.compute(block, rewards);
                int[] whole = policy.greedy(block);
                int[] member = unseen == null ? new int[0] : unseen.greedy(block);
                for (int row = 0; row < rewards.length; row++) {
                    boolean heldOut = block.rowState()[row] == Block.HELD_OUT;
                    if (heldOut || unseen != null && block.rowState()[row] == Block.TRAIN) {
                        rows.add(
                                heldOut ? whole[row] : member[row],
                                block.actionId()[row],
                                block.propensity()[row],
                                block.rowWeight(row),
                                rewards[row]);
                    }
                }
            }
        }
    }

    private void tell(Experiment experiment, long version, PolicyAndActions rows) {
        terminal.line(String.format(
                Locale.ROOT, "%,d rows that version %d did not learn from; reward per request", rows.rows(), version));
        terminal.line("");
        terminal.line(line("", "taken", "rows", "rewarded", "value", "95 % interval", "policy is better by"));
        Experiment.Evaluation floors = experiment.evaluation();
        terminal.line(line("policy", rows.policy(floors)));
        terminal.line(line("as logged", rows.logged(floors)));
        List<Standing> actions = rows.actions(floors);
        ActionSpace space = ActionSpace.of(experiment.actions());
        for (Standing action : actions) {
            Integer id = action.action();
            terminal.line(line(id == null ? "" : space.decoded(id), action));
        }
        terminal.line("");
        terminal.line(verdict(space, rows.policy(floors), actions));
    }

    private static String verdict(ActionSpace space, Standing policy, List<Standing> actions) {
        if (policy.value() == null) {
            return "these rows can not tell what the policy is worth: %d match it, %d of them with a reward"
                    .formatted(policy.matchedRows(), policy.rewardedRows());
        }
        List<Standing> judged =
                actions.stream().filter(a -> a.policyGains() != null).toList();
        if (judged.isEmpty()) {
            return "these rows can not tell what any single action is worth";
        }
        Standing best = judged.get(0);
        Range gain = best.policyGains();
        Integer id = best.action();
        if (gain == null || id == null) {
            throw new IllegalStateException("a judged action has both");
        }
        String name = space.decoded(id);
        if (gain.low() > 0) {
            return "the policy is better than the best single action, " + name;
        } else if (gain.high() < 0) {
            return "the best single action, " + name + ", is better than the policy: take it";
        }
        return "these rows can not tell the policy from the best single action, %s".formatted(name);
    }

    private static String line(String name, Standing standing) {
        Range value = standing.value();
        return line(
                name,
                standing.takenShare() == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * standing.takenShare()),
                Long.toString(standing.matchedRows()),
                Long.toString(standing.rewardedRows()),
                value == null ? "too few" : String.format(Locale.ROOT, "%.4f", value.value()),
                value == null ? "" : interval(value),
                gain(standing.policyGains()));
    }

    private static String gain(@Nullable Range gain) {
        return gain == null
                ? ""
                : String.format(Locale.ROOT, "%+.4f (%+.4f to %+.4f)", gain.value(), gain.low(), gain.high());
    }

    private static String interval(Range range) {
        return String.format(Locale.ROOT, "%.4f to %.4f", range.low(), range.high());
    }

    private static String line(
            String name, String taken, String rows, String rewarded, String value, String interval, String better) {
        return String.format(
                        Locale.ROOT,
                        "%-24s %8s %7s %9s %9s  %-19s  %s",
                        name,
                        taken,
                        rows,
                        rewarded,
                        value,
                        interval,
                        better)
                .stripTrailing();
    }
}
