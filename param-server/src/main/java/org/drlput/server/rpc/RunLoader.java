package org.drlput.server.rpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.capture.CaptureException;
import org.drlput.server.capture.CaptureLoader;
import org.drlput.server.capture.CaptureLoader.Restored;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.ShardLife;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.publish.Reservations;
import org.drlput.server.publish.Reservations.Reservation;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.Refusal.Reason;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.RunPlan;
import org.drlput.server.shard.RunState;

/**
 * Makes the state that a generation begins with: notes the generation for later lives of the process, reserves version numbers, then
 * reads a capture or draws the initial weights.
 */
final class RunLoader {
    private final int shard;
    private final ShardLayout layout;
    private final VersionRegistry registry;
    private final Reservations reservations;
    private final ShardLife life;
    private final CaptureLoader captures;

    RunLoader(int shard, int shardCount, Path data, VersionRegistry registry, CaptureStore captures) {
        this.shard = shard;
        this.layout = new ShardLayout(shardCount);
        this.registry = registry;
        this.reservations = new Reservations(data, registry);
        this.life = new ShardLife(data, shard);
        this.captures = new CaptureLoader(captures, layout, shard);
    }

    /** @throws RefusedException where the state can not be had */
    RunState load(Opening opening, RunFiles run) {
        note(opening);
        long totalSteps = run.totalSteps();
        Reservation reservation = reserve(opening.run(), totalSteps);
        // those too that retention has removed: they are not published again
        List<Long> published = steps(registry.everPublished(), reservation);
        List<Long> evaluated = steps(registry.evaluated(), reservation);
        CaptureKey key = opening.restored();
        Experiment experiment = run.experiment();
        List<TensorSpec> parts = new ArrayList<>();
        for (TensorSpec tensor : run.tensors()) {
            parts.add(tensor.withRows(layout.rowCount(tensor, shard)));
        }
        Parameters weights = new Parameters(parts);
        RunPlan plan = RunPlan.of(experiment, totalSteps);
        Optimizer optimizer = Optimizer.of(
                experiment.optimizer(),
                experiment.network().batchNormMomentum(),
                totalSteps,
                plan.totalUpdates(),
                parts);
        ContributionPool pool = new ContributionPool(parts);
        if (key == null) {
            initialize(run, weights);
            return new RunState(
                    plan,
                    0,
                    0,
                    weights,
                    optimizer,
                    new Metrics(),
                    List.of(),
                    pool,
                    reservation.base(),
                    List.of(),
                    published,
                    evaluated);
        }
        Restored restored = restore(opening, key, run, weights, optimizer);
        if (restored.baseVersion() != reservation.base()) {
            throw refused(
                    Reason.INVALID,
                    "open: capture %s of run %s counts its versions from %d, the reservation from %d: it is of another data directory"
                            .formatted(key.name(), key.run(), restored.baseVersion(), reservation.base()));
        }
        return new RunState(
                plan,
                key.boundary(),
                restored.updates(),
                weights,
                optimizer,
                restored.totals(),
                restored.refused(),
                pool,
                reservation.base(),
                restored.staged(),
                published,
                evaluated);
    }

    private void note(Opening opening) {
        try {
            life.write(opening);
        } catch (IOException e) {
            throw refused(
                    Reason.NOT_YET,
                    "open: shard %d can not note generation %d on its disk: %s: make space"
                            .formatted(shard, opening.generation(), e));
        }
    }

    private void initialize(RunFiles run, Parameters weights) {
        List<TensorSpec> tensors = run.tensors();
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            Initializer.fill(
                    tensor,
                    layout.firstRow(tensor, shard),
                    weights.values(t),
                    run.experiment().training().seed());
        }
    }

    private Restored restore(Opening opening, CaptureKey key, RunFiles run, Parameters weights, Optimizer optimizer) {
        try {
            return captures.load(opening, key, run.tensors(), weights, optimizer.state());
        } catch (CaptureException e) {
            throw refused(Reason.INVALID, "open: " + e.getMessage());
        } catch (IOException e) {
            throw refused(
                    Reason.NOT_YET,
                    "open: capture %s of run %s: its folder is out of reach: %s".formatted(key.name(), key.run(), e));
        }
    }

    private Reservation reserve(String run, long totalSteps) {
        try {
            return reservations.reserve(run, totalSteps);
        } catch (IOException e) {
            throw refused(Reason.NOT_YET, "open: the run's version numbers can not be reserved: " + e);
        } catch (IllegalStateException e) {
            throw refused(Reason.INVALID, "open: " + e.getMessage());
        }
    }

    private static RefusedException refused(Reason reason, String text) {
        return new RefusedException(new Refusal(reason, text));
    }

    private static List<Long> steps(List<Long> versions, Reservation reservation) {
        return versions.stream()
                .filter(version -> version > reservation.base() && version <= reservation.last())
                .map(version -> version - reservation.base())
                .toList();
    }
}
