package org.drlput.bench.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.io.file.PathUtils;
import org.drlput.bench.learn.BlockTraining;
import org.drlput.bench.planted.Verdict.Truth;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.gate.GateJudge;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.jspecify.annotations.Nullable;

/**
 * One market: its versions, of each {@link Kind} one, and the gate. What a version truly earns is computed from the market's states at
 * the hours of the hold-out, never estimated. Each judgement has a registry of its own, where the version becomes stable if the gate lets it. One thread.
 */
final class PlantedMarket {
    private static final double Z95 = 1.959963984540054;
    private static final String SOURCE = "hold-out of the planted market";

    private final byte[] yaml;
    private final Experiment experiment;
    private final long seed;
    private final long rows;
    private final Path folder;
    private final Market market;
    private final TestStates states;
    private final List<Block> holdout = new ArrayList<>();

    PlantedMarket(byte[] yaml, long seed, long rows, long holdoutRows, Path folder) {
        this.yaml = yaml;
        this.experiment = ExperimentLoader.parse(yaml, "planted");
        this.seed = seed;
        this.rows = rows;
        this.folder = folder;
        market = Market.of(experiment, seed);
        states = TestStates.ofLog(market, 1, TestStates.STATES, holdoutRows);
        MarketLog.of(market, 1).holdout(holdoutRows).forEach(holdout::add);
    }

    List<Verdict> verdicts() throws IOException {
        for (Kind kind : Kind.values()) {
            plant(kind);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Scene scene : Scene.values()) {
            for (Kind kind : Kind.values()) {
                if (kind != scene.stable()) {
                    verdicts.add(judge(scene, kind));
                }
            }
        }
        return verdicts;
    }

    private static long number(Kind kind) {
        return kind.ordinal() + 1L;
    }

    private Path directory(Kind kind) {
        return new VersionRegistry(folder).directory(number(kind));
    }

    private void plant(Kind kind) throws IOException {
        SplittableRandom random = new SplittableRandom(31 * seed + kind.ordinal());
        Market of = kind == Kind.STALE ? Market.of(experiment, 1_000 + seed) : market;
        List<Block> logged = new PlantedLogs(of, kind == Kind.YOUNG ? rows / 10 : rows, seed).of(kind);
        BlockTraining training = new BlockTraining(of.experiment(), logged);
        if (kind != Kind.RANDOM) {
            training.run();
        }
        Version trained = training.version(kind == Kind.RANDOM ? 0 : training.totalSteps());
        Parameters weights = trained.weights();
        if (kind == Kind.RANDOM) {
            for (TensorSpec tensor : ModelSpec.of(experiment).tensors()) {
                Initializer.fill(tensor, 0, weights.values(tensor.name()), random.nextLong());
            }
        } else if (kind == Kind.COLLAPSED) {
            Arrays.fill(weights.values("output.weight"), 0);
            weights.values("output.bias")[random.nextInt(market.actions().size())] += 1_000;
        } else if (kind == Kind.NAN) {
            float[] layer = weights.values("output.weight");
            layer[random.nextInt(layer.length)] = Float.NaN;
        }
        Path version = Publication.publish(folder, number(kind), yaml, weights, trained.statistics());
        if (kind == Kind.TRUNCATED) {
            Path part = version.resolve(WeightsFile.name(0));
            byte[] bytes = Files.readAllBytes(part);
            Files.write(part, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
    }

    private Verdict judge(Scene scene, Kind kind) throws IOException {
        Path registry = Files.createTempDirectory(folder, "gate");
        VersionKeeper keeper = new VersionKeeper(registry, Clock.systemUTC());
        copy(kind, registry);
        Version stable = scene.stable() == null ? null : stands(scene.stable(), registry, keeper);
        Long stands = stable == null ? null : (Long) stable.manifest().version();
        Version version = null;
        GateEvidence evidence;
        try {
            version = Version.read(directory(kind));
            evidence = new GateJudge(Kernels.best(), EvaluationScope.HOLD_OUT).judge(version, stable, SOURCE, holdout);
        } catch (VersionException e) {
            evidence = GateEvidence.unusable(
                    number(kind), "", stands, SOURCE, e.problems().get(0));
        }
        Outcome outcome = keeper.move(new AliasMove(
                VersionKeeper.STABLE,
                number(kind),
                stands,
                new ByGate(evidence, Wish.MOVE),
                new Who("planted", kind.words())));
        Long now = keeper.list().aliases().get(VersionKeeper.STABLE);
        boolean reached = now != null && now == number(kind);
        Double distance = version == null ? null : distance(version, stable, evidence);
        Truth truth = version == null ? Truth.BAD : distance == null ? Truth.NO_ESTIMATE : Truth.at(distance);
        PathUtils.deleteDirectory(registry);
        return new Verdict(
                seed, scene, kind, truth, distance, reached, outcome.entry().reason());
    }

    private void copy(Kind kind, Path registry) throws IOException {
        Path to = new VersionRegistry(registry).directory(number(kind));
        Files.createDirectories(to);
        PathUtils.copyDirectory(directory(kind), to);
    }

    private Version stands(Kind kind, Path registry, VersionKeeper keeper) throws IOException {
        copy(kind, registry);
        keeper.move(new AliasMove(
                VersionKeeper.STABLE,
                number(kind),
                null,
                new Forced(null),
                new Who("planted", "it is stable before others come")));
        return Version.read(directory(kind));
    }

    /** By the baseline that the version is worst against; null where some gain has no estimate. */
    private @Nullable Double distance(Version version, @Nullable Version stable, GateEvidence evidence) {
        double value = value(version);
        double worst = Double.POSITIVE_INFINITY;
        for (Comparison comparison : evidence.comparisons()) {
            double base = base(comparison.baseline(), stable);
            double threshold = comparison.baseline() == Baseline.STABLE
                    ? experiment.versions().gate().minGainOverStable()
                    : experiment.versions().gate().minRelativeGain();
            Estimate estimate = comparison.gain();
            if (estimate.low() == null || estimate.high() == null) {
                return null;
            }
            double standardError = (estimate.high() - estimate.low()) / (2 * Z95);
            worst = Math.min(worst, ((value - base) / Math.abs(base) - threshold) / standardError);
        }
        return worst;
    }

    private double base(Baseline baseline, @Nullable Version stable) {
        return switch (baseline) {
            case BEHAVIOUR -> states.uniform().value();
            case MANUAL -> states.value(market.actions().manualAction()).value();
            case STABLE -> {
                if (stable == null) {
                    throw new IllegalStateException("nothing is stable");
                }
                yield value(stable);
            }
        };
    }

    private double value(Version version) {
        Policy policy = Policy.of(version, Kernels.best(), 512);
        int[] actions = new int[states.size()];
        for (int from = 0; from < actions.length; from += Block.MAX_ROWS) {
            int count = Math.min(Block.MAX_ROWS, actions.length - from);
            System.arraycopy(policy.greedy(states.block(from, count)), 0, actions, from, count);
        }
        return states.value(actions).value();
    }
}
