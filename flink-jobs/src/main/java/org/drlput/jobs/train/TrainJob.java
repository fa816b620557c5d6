package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.topology.DefaultLogicalPipelinedRegion;
import org.apache.flink.runtime.jobgraph.topology.DefaultLogicalTopology;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.drlput.jobs.evaluate.EvaluationOperator;
import org.drlput.jobs.evaluate.EvaluationSettings;

/**
 * The job's graph:
 *
 * <pre>
 * steps (1) --broadcast--> gradients (P) --> committer (1) --> evaluation (1)
 * </pre>
 *
 * Every edge is pipelined and reaches all tasks behind it, so the job is one failover region, which is checked.
 */
public final class TrainJob {
    /** The committer's uid: by it the state of a checkpoint is found. */
    static final String COMMITTER = "committer";

    private TrainJob() {}

    /**
     * Adds the job to an environment with {@link Recovery}'s settings.
     *
     * @param parallelism workers, at most the experiment's micro-batches
     * @throws IllegalStateException where it would not be restored as a whole
     */
    public static void build(
            StreamExecutionEnvironment env, TrainSettings settings, int microBatches, int parallelism) {
        EvaluationSettings evaluation = new EvaluationSettings(
                settings.servers(), settings.experimentYaml(), settings.firstPass(), settings.kernel());
        // a step's record is sent at once: half-filled buffers would wait, and with them every shard
        env.setBufferTimeout(0);
        env.fromSource(new StepSource(settings), WatermarkStrategy.noWatermarks(), "steps", StepRecord.TYPE)
                .uid("steps")
                .setParallelism(1)
                .setMaxParallelism(1)
                .broadcast()
                .transform("gradients", BoundaryRecord.TYPE, new GradientOperator(settings))
                .uid("gradients")
                .setParallelism(parallelism)
                .setMaxParallelism(microBatches)
                .global()
                .transform("committer", Types.LONG, committer(env, settings))
                .uid(COMMITTER)
                .setParallelism(1)
                .setMaxParallelism(1)
                .keyBy(generation -> 0, Types.INT)
                .transform("evaluation", Types.LONG, new EvaluationOperator(evaluation))
                .uid("evaluation")
                .setParallelism(1)
                .setMaxParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .name("evaluated")
                .uid("evaluated")
                .setParallelism(1);
        requireOneRegion(env.getStreamGraph(false).getJobGraph());
    }

    private static Committer committer(StreamExecutionEnvironment env, TrainSettings settings) {
        int retained = env.getConfiguration().get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS);
        return new Committer(settings, retained, env.getCheckpointConfig().getCheckpointTimeout());
    }

    /**
     * A failure of any task must restart all of them: a part that went on would meet shards of another generation.
     *
     * @throws IllegalStateException where some task could be restarted without the others
     */
    static void requireOneRegion(JobGraph graph) {
        List<String> regions = new ArrayList<>();
        for (DefaultLogicalPipelinedRegion region :
                DefaultLogicalTopology.fromJobGraph(graph).getAllPipelinedRegions()) {
            List<String> names = new ArrayList<>();
            region.getVertices()
                    .forEach(vertex ->
                            names.add(graph.findVertexByID(vertex.getId()).getName()));
            regions.add(String.join(", ", names));
        }
        if (regions.size() != 1) {
            throw new IllegalStateException(
                    "the job: found %d failover regions (%s), expected one: all its edges must be pipelined, so that a failure restarts every task"
                            .formatted(regions.size(), String.join("; ", regions)));
        }
    }
}
