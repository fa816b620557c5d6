package org.drlput.server.console;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.RunFence;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.Evaluation.Distribution;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.Evaluation.ValueShare;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Free;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.TestRun;
import org.drlput.server.TestServers;
import org.drlput.server.TestWorker;

/** Trains through real shards until versions stand in the registry, and judges them with numbers that a run could have. */
final class PublishedRun implements AutoCloseable {
    /** A name that would be markup, were it taken for that. */
    static final String HOSTILE = "<img src=x onerror=alert(1)> & \"co\"";

    static final int STEPS = 24;
    static final int EVERY = 2;
    static final int EVALUATED = 20;

    private final TestServers servers;
    private final TestRun run;
    private final Path data;

    private PublishedRun(Path data, TestServers servers, TestRun run) {
        this.data = data;
        this.servers = servers;
        this.run = run;
    }

    /** Versions 2, 4 ... 24 of a run on two shards, all but the last two evaluated. */
    static PublishedRun in(Path data) {
        PublishedRun made =
                new PublishedRun(data, new TestServers(data, 2), TestRun.of("run", STEPS, "{type: adamW}", EVERY));
        made.train();
        for (long version = EVERY; version <= EVALUATED; version += EVERY) {
            made.servers
                    .client()
                    .versions()
                    .putEvaluation(version, made.evaluation(version).toJson());
        }
        return made;
    }

    private void train() {
        ParameterClient client = servers.client();
        List<OpenReply> opened = client.open(run.openRequest(1, 1, 2));
        RunFence fence = run.fence(1, opened);
        TestWorker worker = new TestWorker(client.session(fence, run.tensors()), run.tensors(), 0, 8);
        for (long step = 0; step < STEPS; step++) {
            var unused = worker.step(step);
            if ((step + 1) % EVERY == 0) {
                publish(fence, step + 1);
            }
        }
    }

    /** A checkpoint that covers the version of this step is complete. */
    private void publish(RunFence fence, long step) {
        List<StagedFile> files = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            files.addAll(await(shard, status -> status.getStagedCount() == 1).getStagedList());
        }
        CaptureKey key = CaptureKey.newBuilder()
                .setRun(fence.run())
                .setGeneration(fence.generation())
                .setBoundary(step)
                .build();
        servers.client()
                .confirm(fence, new ParameterClient.Confirmation(key, step, 1, files))
                .join();
        for (int shard = 0; shard < 2; shard++) {
            var unused = await(shard, status -> status.getStagedCount() == 0);
        }
    }

    private StatusReply await(int shard, java.util.function.Predicate<StatusReply> wanted) {
        StatusReply status = servers.client().status(shard, Long.MAX_VALUE, Duration.ZERO);
        while (!wanted.test(status)) {
            status = servers.client().status(shard, Long.MAX_VALUE, status.getRevision(), Duration.ofSeconds(10));
        }
        return status;
    }

    /** Names versions, as people and the gate do: stable is 10 by the gate, and 14 is held. */
    void decide() {
        VersionKeeper keeper = new VersionKeeper(data, Clock.systemUTC());
        keeper.move(new AliasMove("stable", 4L, null, new Forced(null), new Who("ann", "the first one")));
        keeper.move(new AliasMove("canary", 8L, null, new Free(), new Who("ann", HOSTILE)));
        keeper.pin(6, new Who("ann", "baseline of a test"));
        keeper.move(new AliasMove(
                "stable", 10L, 4L, new ByGate(evidence(10, 4, 0.142, 0.2), Wish.MOVE), new Who("ben", "nightly run")));
        keeper.move(new AliasMove(
                "stable",
                14L,
                10L,
                new ByGate(evidence(14, 10, 0.97, 0.02), Wish.MOVE),
                new Who("ben", "nightly run")));
    }

    private GateEvidence evidence(long version, long stable, double diversity, double gain) {
        return new GateEvidence(
                GateEvidence.FORMAT_VERSION,
                version,
                new VersionRegistry(data).manifest(version).weightsSha256(),
                stable,
                "hold-out sample of run run",
                10_000,
                null,
                diversity,
                3,
                Map.of("w_click", 0.5, "reserve_price", 0.1),
                List.of(
                        new Comparison(Baseline.BEHAVIOUR, estimate("snips", gain + 0.07, 0.04)),
                        new Comparison(Baseline.MANUAL, estimate("snips", gain, 0.05)),
                        new Comparison(Baseline.STABLE, estimate("snips", gain / 2, 0.03))),
                List.of());
    }

    List<String> addresses() {
        return servers.addresses();
    }

    TestServers servers() {
        return servers;
    }

    Evaluation evaluation(long version) {
        SplittableRandom random = new SplittableRandom(version);
        double progress = 1 - Math.exp(-4.0 * version / STEPS);
        double gain = 0.02 + 0.24 * progress + 0.01 * random.nextGaussian();
        ActionSpace actions = ActionSpace.of(run.experiment().actions());
        Map<String, PolicyEstimates> estimates = new LinkedHashMap<>();
        estimates.put("ips", estimates("ips", gain, 0.07));
        PolicyEstimates snips = estimates("snips", gain, 0.04);
        estimates.put("snips", snips);
        return new Evaluation(
                1,
                version,
                version,
                "greedy",
                null,
                10_000,
                0.9 - 0.6 * progress,
                snips.relativeGain(),
                new Estimate("ips", 3.0, 2.99, 3.01, 10_000, 10_000, 9_000, 1, true),
                actions.manualAction(),
                estimates,
                Map.of(),
                actions(actions, 0.9 - 0.6 * progress),
                distributions(actions, progress),
                List.of(
                        segment(HOSTILE, gain - 0.05),
                        segment("0.054 to 0.081", gain),
                        segment("0.081 and more", gain + 0.04)),
                0.41);
    }

    private static PolicyEstimates estimates(String estimator, double gain, double half) {
        return new PolicyEstimates(
                estimate(estimator, 3 + 3 * gain, 3 * half),
                estimate(estimator, gain, half),
                estimate(estimator, 3.2, 3 * half),
                estimate(estimator, gain - 0.07, 1.3 * half));
    }

    private static Estimate estimate(String estimator, double value, double half) {
        return new Estimate(estimator, value, value - half, value + half, 812.4, 812, 403, 125, true);
    }

    private static List<ActionShare> actions(ActionSpace actions, double first) {
        List<ActionShare> shares = new ArrayList<>();
        long left = 10_000 - (long) (first * 10_000);
        shares.add(new ActionShare(3, 10_000 - left));
        for (int action = 0; action < actions.size(); action++) {
            if (action != 3) {
                long some = action == actions.size() - 1 ? left : left / 3;
                shares.add(new ActionShare(action, some));
                left -= some;
            }
        }
        return shares;
    }

    private static Map<String, Distribution> distributions(ActionSpace actions, double progress) {
        Map<String, Distribution> all = new LinkedHashMap<>();
        for (int axis = 0; axis < actions.names().size(); axis++) {
            double[] values = actions.axisValues(axis);
            List<ValueShare> shares = new ArrayList<>();
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += 1 + i * progress;
            }
            for (int i = 0; i < values.length; i++) {
                shares.add(new ValueShare(values[i], Math.round(10_000 * (1 + i * progress) / sum)));
            }
            all.put(actions.names().get(axis), new Distribution(0.5, shares));
        }
        return all;
    }

    private static SegmentEvaluation segment(String label, double gain) {
        PolicyEstimates estimates = estimates("snips", gain, 0.12);
        return new SegmentEvaluation(
                "ctr",
                label,
                0.02,
                0.05,
                3_333,
                0.4,
                estimates.relativeGain(),
                estimates.value(),
                Map.of("snips", estimates),
                Map.of(),
                Map.of("w_click", 1.0, "reserve_price", 0.05));
    }

    @Override
    public void close() {
        servers.close();
    }
}
