package org.drlput.jobs.train;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
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
 * Every edge is pipelined and reaches all tasks behind it, so the job is one failover region.
 */
public final class TrainJob {
    private TrainJob() {}

    /** @param parallelism workers, at most the experiment's micro-batches */
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
                .transform("committer", Types.LONG, new Committer(settings))
                .uid("committer")
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
    }
}
