package org.drlput.jobs.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.VersionClient;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Version;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.task.TaskThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates every version of the run that has no evaluation, as they are published, on a thread of its own. An evaluation that
 * can not be made is written as such, because the run's end waits for it; losing the servers fails the task. The reward model is fitted at the
 * start of each life of the job, to the same bits.
 */
final class VersionFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionFollower.class);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final EvaluationSettings settings;
    private final Experiment experiment;
    private final List<Block> sample;
    private final TaskThread thread;

    private VersionFollower(
            EvaluationSettings settings, Experiment experiment, List<Block> sample, Consumer<Throwable> onFailure) {
        this.settings = settings;
        this.experiment = experiment;
        this.sample = List.copyOf(sample);
        thread = TaskThread.start("version-follower", this::run, onFailure);
    }

    static VersionFollower start(
            EvaluationSettings settings, Experiment experiment, List<Block> sample, Consumer<Throwable> onFailure) {
        return new VersionFollower(settings, experiment, sample, onFailure);
    }

    private void run(TaskThread self) throws IOException {
        try (ParameterClient client = ParameterClient.connect(settings.servers());
                VersionClient versions = client.versions()) {
            PolicyEvaluator evaluator = PolicyEvaluator.of(
                    experiment,
                    Kernels.named(settings.kernel()),
                    EvaluationScope.HOLD_OUT,
                    sample,
                    TrainingRows.model(Path.of(settings.firstPass()), experiment));
            long revision = 0;
            while (!self.closed()) {
                StatusReply status = client.status(0, Long.MAX_VALUE, revision, revision == 0 ? Duration.ZERO : WAIT);
                revision = Math.max(1, status.getRevision());
                Set<Long> missing = new HashSet<>(status.getPublishedList());
                status.getEvaluatedList().forEach(missing::remove);
                for (long version : missing.stream().sorted().toList()) {
                    long step = version - status.getBaseVersion();
                    versions.putEvaluation(
                            version,
                            evaluate(evaluator, versions, version, step).toJson());
                }
            }
        }
    }

    private Evaluation evaluate(PolicyEvaluator evaluator, VersionClient versions, long version, long step)
            throws IOException {
        Path directory = Files.createTempDirectory("drlput-evaluation");
        try {
            return evaluator.evaluate(Version.read(versions.fetch(version, directory)), sample);
        } catch (ParameterServerException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("version {} can not be evaluated: {}", version, e.getMessage());
            return Evaluation.failed(version, step, String.valueOf(e.getMessage()));
        } finally {
            PathUtils.deleteDirectory(directory);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
