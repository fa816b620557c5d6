package org.drlput.bench.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.drlput.bench.learn.BlockTraining;
import org.drlput.bench.learn.Overrides;
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
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.WeightsFile;
import org.jspecify.annotations.Nullable;

/**
 * Puts versions whose truth is known before the gate: one of each {@link Kind} for every seed, first where nothing is stable, then
 * where the one that was trained right is. See {@code bench/planted}.
 */
public final class Planted {
    private static final double Z95 = 1.959963984540054;
    private static final double FAR = 3;

    private final byte[] yaml;
    private final Experiment experiment;
    private final long rows;
    private final long holdoutRows;
    private final Path folder;
    private final Tally first = new Tally();
    private final Tally against = new Tally();

    private Planted(byte[] yaml, long rows, long holdoutRows, Path folder) {
        this.yaml = yaml;
        this.experiment = ExperimentLoader.parse(yaml, "planted");
        this.rows = rows;
        this.holdoutRows = holdoutRows;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        int seeds = 20;
        long rows = 60_000;
        long holdout = 100_000;
        Path folder = Files.createTempDirectory("drlput-planted");
        for (int at = 0; at + 1 < arguments.length; at += 2) {
            String value = arguments[at + 1];
            switch (arguments[at]) {
                case "--seeds" -> seeds = Integer.parseInt(value);
                case "--rows" -> rows = Long.parseLong(value);
                case "--holdout" -> holdout = Long.parseLong(value);
                case "--dir" -> folder = Files.createDirectories(Path.of(value));
                default -> throw new IllegalArgumentException(arguments[at] + ": see the head of bench/planted");
            }
        }
        byte[] yaml = Overrides.bytes(
                LogSimulator.defaultExperiment(), List.of("network.hidden=[64, 32]", "training.epochs=2"));
        Planted planted = new Planted(yaml, rows, holdout, folder);
        for (long seed = 1; seed <= seeds; seed++) {
            planted.market(seed);
        }
        System.out.println("\nnothing is stable");
        planted.first.lines().forEach(System.out::println);
        System.out.println("\nwhat was trained right is stable");
        planted.against.lines().forEach(System.out::println);
    }

    /** One market with all that judges versions there. */
    private record Place(Path root, Market market, TestStates states, List<Block> holdout, VersionKeeper keeper) {}

    private void market(long seed) throws IOException {
        Market market = Market.of(experiment, seed);
        List<Block> holdout = new ArrayList<>();
        MarketLog.of(market, 1).holdout(holdoutRows).forEach(holdout::add);
        Path root = folder.resolve("market-" + seed);
        Place place =
                new Place(root, market, TestStates.of(market), holdout, new VersionKeeper(root, Clock.systemUTC()));
        for (Kind kind : Kind.values()) {
            plant(place, kind);
        }
        Version right = Version.read(directory(place, Kind.RIGHT));
        for (Kind kind : Kind.values()) {
            judge(place, kind, null, first);
        }
        place.keeper()
                .move(new AliasMove(
                        VersionKeeper.STABLE,
                        number(Kind.RIGHT),
                        place.keeper().list().aliases().get(VersionKeeper.STABLE),
                        new AliasMove.Forced(null),
                        new Who("planted", "what was trained right")));
        for (Kind kind : Kind.values()) {
            if (kind != Kind.RIGHT) {
                judge(place, kind, right, against);
            }
        }
    }

    private static long number(Kind kind) {
        return kind.ordinal() + 1L;
    }

    private static Path directory(Place place, Kind kind) {
        return new org.drlput.common.version.VersionRegistry(place.root()).directory(number(kind));
    }

    private void plant(Place place, Kind kind) throws IOException {
        long seed = place.market().seed();
        SplittableRandom random = new SplittableRandom(31 * seed + kind.ordinal());
        Market of = kind == Kind.STALE ? Market.of(experiment, 1_000 + seed) : place.market();
        List<Block> logged = new ArrayList<>();
        new PlantedLogs(of, rows, seed).of(kind).forEach(logged::add);
        BlockTraining training = new BlockTraining(of.experiment(), logged);
        if (kind != Kind.RANDOM) {
            training.run();
        }
        Version trained = training.version(kind == Kind.RANDOM ? 0 : training.totalSteps());
        Parameters weights = trained.weights();
        if (kind == Kind.RANDOM) {
            initialize(weights, random.nextLong());
        }
        if (kind == Kind.COLLAPSED) {
            Arrays.fill(weights.values("output.weight"), 0);
            weights.values("output.bias")[
                    random.nextInt(place.market().actions().size())] += 1_000;
        } else if (kind == Kind.NAN) {
            float[] layer = weights.values("output.weight");
            layer[random.nextInt(layer.length)] = Float.NaN;
        }
        Path version = Publication.publish(place.root(), number(kind), yaml, weights, trained.statistics());
        if (kind == Kind.TRUNCATED) {
            Path part = version.resolve(WeightsFile.name(0));
            byte[] bytes = Files.readAllBytes(part);
            Files.write(part, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
    }

    private void initialize(Parameters weights, long seed) {
        for (TensorSpec tensor : ModelSpec.of(experiment).tensors()) {
            Initializer.fill(tensor, 0, weights.values(tensor.name()), seed);
        }
    }

    private void judge(Place place, Kind kind, @Nullable Version stable, Tally tally) {
        Long stands = place.keeper().list().aliases().get(VersionKeeper.STABLE);
        Version version;
        GateEvidence evidence;
        try {
            version = Version.read(directory(place, kind));
            evidence = new GateJudge(Kernels.best(), EvaluationScope.HOLD_OUT)
                    .judge(version, stable, "planted hold-out", place.holdout());
        } catch (VersionException e) {
            version = null;
            evidence = GateEvidence.unusable(
                    number(kind), "", stands, "planted hold-out", e.problems().get(0));
        }
        Tally.Truth truth = version == null ? Tally.Truth.BAD : truth(place, version, stable, evidence);
        // what the gate lets pass would be stable: advice alone leaves it as it is for the others
        AliasMove.Outcome outcome = place.keeper()
                .move(new AliasMove(
                        VersionKeeper.STABLE,
                        number(kind),
                        stands,
                        new ByGate(evidence, Wish.ADVICE),
                        new Who("planted", kind.words())));
        boolean passed = outcome.entry().action() == org.drlput.common.ledger.AuditEntry.Action.ADVISE;
        tally.add(kind, truth, passed);
        System.out.printf(
                Locale.ROOT,
                "{\"seed\":%d,\"planted\":\"%s\",\"stable\":%s,\"truth\":\"%s\",\"passed\":%b,\"why\":\"%s\"}%n",
                place.market().seed(),
                kind,
                stable == null ? "null" : stable.manifest().version(),
                truth,
                passed,
                outcome.entry().reason().replace("\"", "'"));
    }

    /** By the baseline that the version is worst against. */
    private Tally.Truth truth(Place place, Version version, @Nullable Version stable, GateEvidence evidence) {
        int[] taken = greedy(place, version);
        double value = place.states().value(taken).value();
        double worst = Double.POSITIVE_INFINITY;
        for (Comparison comparison : evidence.comparisons()) {
            double base = base(place, comparison.baseline(), stable);
            double threshold = comparison.baseline() == Baseline.STABLE
                    ? experiment.versions().gate().minGainOverStable()
                    : experiment.versions().gate().minRelativeGain();
            double gain = (value - base) / Math.abs(base);
            Estimate estimate = comparison.gain();
            if (estimate.low() == null || estimate.high() == null) {
                return Tally.Truth.BETWEEN;
            }
            double standardError = (estimate.high() - estimate.low()) / (2 * Z95);
            worst = Math.min(worst, (gain - threshold) / standardError);
        }
        return worst < -FAR ? Tally.Truth.BAD : worst > FAR ? Tally.Truth.GOOD : Tally.Truth.BETWEEN;
    }

    private static double base(Place place, Baseline baseline, @Nullable Version stable) {
        return switch (baseline) {
            case BEHAVIOUR -> place.states().uniform().value();
            case MANUAL ->
                place.states().value(place.market().actions().manualAction()).value();
            case STABLE -> {
                if (stable == null) {
                    throw new IllegalStateException("nothing is stable");
                }
                yield place.states().value(greedy(place, stable)).value();
            }
        };
    }

    private static int[] greedy(Place place, Version version) {
        Policy policy = Policy.of(version, Kernels.best(), 512);
        int[] actions = new int[place.states().size()];
        for (int from = 0; from < actions.length; from += Block.MAX_ROWS) {
            int count = Math.min(Block.MAX_ROWS, actions.length - from);
            System.arraycopy(policy.greedy(place.states().block(from, count)), 0, actions, from, count);
        }
        return actions;
    }
}
