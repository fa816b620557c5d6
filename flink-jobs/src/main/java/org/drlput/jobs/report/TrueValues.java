package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.PolicyValue;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What versions are truly worth on the simulated market that their logs come from: no estimate, so it says how good the estimates
 * are. One thread.
 */
public final class TrueValues {
    private static final Logger LOG = LoggerFactory.getLogger(TrueValues.class);
    private static final int BATCH_ROWS = 512;
    /** Of the manual setting's value, told by truth.json and computed anew. */
    private static final double TOLERANCE = 1e-6;

    private final Truth truth;
    private final TestStates states;

    private TrueValues(Truth truth, TestStates states) {
        this.truth = truth;
        this.states = states;
    }

    /**
     * The truth of a run on these logs: empty, with a warning where that is a surprise, if they are not simulated, come from
     * several markets, or the experiment asks for what their market does not have. Takes seconds.
     */
    public static Optional<TrueValues> of(Experiment experiment, List<String> logs) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        for (String log : logs) {
            directory(log).ifPresent(directories::add);
        }
        if (directories.isEmpty()) {
            return Optional.empty();
        }
        if (directories.size() > 1 || directories.size() < logs.size()) {
            LOG.warn("the logs are not all of one simulated market: the truth is left out");
            return Optional.empty();
        }
        Path directory = directories.iterator().next();
        return of(experiment, Truth.read(directory.resolve(Truth.NAME)), directory);
    }

    /** Where the truth of a log lies: in its directory. Logs elsewhere than on this machine have none. */
    private static Optional<Path> directory(String log) {
        if (log.contains("://")) {
            return Optional.empty();
        }
        Path path = Path.of(log);
        Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        return directory != null && Files.exists(directory.resolve(Truth.NAME))
                ? Optional.of(directory)
                : Optional.empty();
    }

    private static Optional<TrueValues> of(Experiment experiment, Truth logged, Path directory) {
        Market market;
        try {
            market = Market.of(experiment, logged.seed());
        } catch (IllegalArgumentException e) {
            LOG.warn("the truth is left out: {}", String.valueOf(e.getMessage()).replace('\n', ' '));
            return Optional.empty();
        }
        boolean same = sameChoices(experiment, directory);
        if (!same && logged.logged() != null) {
            LOG.warn(
                    "the truth is left out: what the logs' behaviour earns is known for the reward and grid only that they were"
                            + " simulated with");
            return Optional.empty();
        }
        TestStates states = TestStates.of(market);
        Truth truth = same ? logged : Truth.compute(market, states);
        double manual = states.value(truth.manual().action()).value();
        if (!truth.marketSha256().equals(logged.marketSha256())
                || Math.abs(manual - truth.manual().value()) > TOLERANCE) {
            LOG.warn(
                    "the truth is left out: {} is of a market that drifts, or of another DRL-PUT's: simulate again",
                    directory);
            return Optional.empty();
        }
        return Optional.of(new TrueValues(truth, states));
    }

    /** Whether the logs' own experiment has the same actions and reward: then their truth is the run's. */
    private static boolean sameChoices(Experiment experiment, Path directory) {
        try {
            Experiment own = ExperimentLoader.load(directory.resolve("experiment.yaml"));
            return own.actions().equals(experiment.actions()) && own.reward().equals(experiment.reward());
        } catch (ExperimentException e) {
            return false;
        }
    }

    public Truth truth() {
        return truth;
    }

    /** Of one version's greedy policy. */
    public TrueValue of(Version version, Kernels kernels) {
        int[] actions = actions(version, kernels);
        PolicyValue value = states.value(actions);
        Truth.Logged logged = truth.logged();
        return new TrueValue(
                value.value(),
                logged == null
                        ? states.relativeGain(actions).value()
                        : (value.value() - logged.value()) / Math.abs(logged.value()),
                truth.gapClosed(value.value()),
                diversity(actions, version.actions().size()));
    }

    /** Of other rewards' active variants: what the version's greedy policy does to each single outcome, say. */
    public List<PolicyValue> of(Version version, List<Reward> rewards, Kernels kernels) {
        return states.values(rewards, actions(version, kernels));
    }

    /** The same of always taking one action. */
    public List<PolicyValue> always(int actionId, List<Reward> rewards) {
        int[] actions = new int[states.size()];
        Arrays.fill(actions, actionId);
        return states.values(rewards, actions);
    }

    /** The same of exploration traffic. */
    public List<PolicyValue> explored(List<Reward> rewards) {
        return states.uniform(rewards);
    }

    /** Of all versions in a directory of them; tells each that is done. */
    public SortedMap<Long, TrueValue> of(List<Path> versionDirectories, Kernels kernels, LongConsumer done) {
        SortedMap<Long, TrueValue> values = new TreeMap<>();
        for (Path directory : versionDirectories) {
            Version version = Version.read(directory);
            values.put(version.manifest().version(), of(version, kernels));
            done.accept(values.size());
        }
        return values;
    }

    private int[] actions(Version version, Kernels kernels) {
        Policy policy = Policy.of(version, kernels, BATCH_ROWS);
        int[] actions = new int[states.size()];
        for (int from = 0; from < actions.length; from += Block.MAX_ROWS) {
            int count = Math.min(Block.MAX_ROWS, actions.length - from);
            System.arraycopy(policy.greedy(states.block(from, count)), 0, actions, from, count);
        }
        return actions;
    }

    private static double diversity(int[] actions, int size) {
        int[] counts = new int[size];
        int most = 0;
        for (int action : actions) {
            most = Math.max(most, ++counts[action]);
        }
        return (double) most / actions.length;
    }

    /** The {@code truth} block of a summary. */
    public Summary.TruthSummary summary(TrueValue learned) {
        return new Summary.TruthSummary(
                learned.relativeGain(),
                learned.gapClosed(),
                learned.value(),
                truth.bestFixed().value(),
                truth.manual().value(),
                truth.random(),
                truth.oracle(),
                truth.standardError(),
                truth.oracleDiversity(),
                truth.gapOverSigma());
    }
}
