package org.drlput.jobs.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockCodec;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the hold-out sample in keyed state, one block an entry, and judges every version of the run on it, by a
 * {@link VersionFollower}: the task thread and barriers never wait for scoring. Input: the generation, once per life of the job.
 */
public final class EvaluationOperator extends AbstractStreamOperator<Long>
        implements OneInputStreamOperator<Long, Long> {
    private static final long serialVersionUID = 1L;

    private final EvaluationSettings settings;

    /** Made by {@link #open}. */
    @SuppressWarnings("NullAway.Init")
    private transient MapState<Integer, byte[]> sample;

    private transient @Nullable VersionFollower follower;

    public EvaluationOperator(EvaluationSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        MapStateDescriptor<Integer, byte[]> descriptor =
                new MapStateDescriptor<>("holdout", IntSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);
        sample = getPartitionedState(descriptor);
    }

    @Override
    public void processElement(StreamRecord<Long> generation) throws Exception {
        if (follower != null) {
            return;
        }
        Experiment experiment = ExperimentLoader.parse(settings.experimentYaml(), "experiment.yaml");
        try (BlockCodec codec = new BlockCodec(experiment)) {
            if (sample.isEmpty()) {
                keep(experiment, codec);
            }
            follower = VersionFollower.start(settings, experiment, blocks(codec), this::fail);
        }
    }

    private void keep(Experiment experiment, BlockCodec codec) throws Exception {
        Path directory = Path.of(settings.firstPass());
        FirstPassResult firstPass = FirstPassFile.read(directory).result();
        try (BlockStore store = BlockStore.open(directory, experiment, firstPass.holdoutFiles())) {
            for (int i = 0; i < store.blockCount(); i++) {
                sample.put(i, codec.encode(store.read(i)));
            }
        }
    }

    private List<Block> blocks(BlockCodec codec) throws Exception {
        List<Block> blocks = new ArrayList<>();
        for (byte[] bytes = sample.get(0); bytes != null; bytes = sample.get(blocks.size())) {
            blocks.add(codec.decode(bytes));
        }
        return blocks;
    }

    private void fail(Throwable cause) {
        getContainingTask().getEnvironment().failExternally(cause);
    }

    @Override
    public void close() throws Exception {
        if (follower != null) {
            follower.close();
        }
        super.close();
    }
}
