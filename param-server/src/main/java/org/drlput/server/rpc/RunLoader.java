package org.drlput.server.rpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.publish.Reservations;
import org.drlput.server.publish.Reservations.Reservation;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.Refusal.Reason;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.RunPlan;
import org.drlput.server.shard.RunState;

/** Makes the state that a generation begins with: reserves version numbers, draws the initial weights. */
final class RunLoader {
    private final int shard;
    private final ShardLayout layout;
    private final VersionRegistry registry;
    private final Reservations reservations;

    RunLoader(int shard, int shardCount, Path data, VersionRegistry registry) {
        this.shard = shard;
        this.layout = new ShardLayout(shardCount);
        this.registry = registry;
        this.reservations = new Reservations(data, registry);
    }

    /** @throws RefusedException where the state can not be had */
    RunState load(Opening opening, RunFiles run) {
        long totalSteps = run.totalSteps();
        Reservation reservation = reserve(opening.run(), totalSteps);
        List<Long> published = steps(registry.versions(), reservation);
        if (!published.isEmpty()) {
            throw refused(
                    Reason.OTHER_LIFE,
                    "open: run %s has published version %d, which beginning at step 0 would take back: start a new run with it as parent"
                            .formatted(opening.run(), reservation.base() + published.get(published.size() - 1)));
        }
        Experiment experiment = run.experiment();
        List<TensorSpec> parts = new ArrayList<>();
        for (TensorSpec tensor : run.tensors()) {
            parts.add(tensor.withRows(layout.rowCount(tensor, shard)));
        }
        Parameters weights = new Parameters(parts);
        for (int t = 0; t < parts.size(); t++) {
            TensorSpec tensor = run.tensors().get(t);
            Initializer.fill(
                    tensor,
                    layout.firstRow(tensor, shard),
                    weights.values(t),
                    experiment.training().seed());
        }
        Optimizer optimizer =
                Optimizer.of(experiment.optimizer(), experiment.network().batchNormMomentum(), totalSteps, parts);
        return RunState.initial(
                RunPlan.of(experiment, totalSteps),
                weights,
                optimizer,
                new ContributionPool(parts),
                reservation.base());
    }

    private Reservation reserve(String run, long totalSteps) {
        try {
            return reservations.reserve(run, totalSteps);
        } catch (IOException e) {
            throw refused(Reason.NOT_YET, "open: the run's version numbers can not be reserved: " + e);
        } catch (IllegalStateException e) {
            throw refused(Reason.OTHER_LIFE, "open: " + e.getMessage());
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
