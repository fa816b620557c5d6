package org.drlput.bench.rpc;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.RewardStatistics;
import org.drlput.common.wire.v1.OpenRequest;

/** A run without logs: enough for shards to open it. */
final class BenchRun {
    /** More than a measurement takes. */
    static final long STEPS = 1_000_000;

    private BenchRun() {}

    static OpenRequest open(byte[] yaml, int shards) {
        FirstPassResult result = new FirstPassResult(
                1,
                ExperimentLoader.sha256(yaml),
                STEPS * 1_024,
                STEPS * 1_024,
                0,
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                new RewardStatistics(0, 1, 0),
                List.of(),
                0,
                1,
                1,
                1,
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z",
                List.of(),
                0,
                List.of());
        byte[] firstPass = FirstPassFile.bytes(result);
        return OpenRequest.newBuilder()
                .setRun("bench")
                .setGeneration(1)
                .setNonce(1)
                .setShardCount(shards)
                .setExperimentSha256(ExperimentLoader.sha256(yaml))
                .setFirstPassSha256(ExperimentLoader.sha256(firstPass))
                .setKernel("none")
                .setExperiment(ByteString.copyFrom(yaml))
                .setFirstPass(ByteString.copyFrom(firstPass))
                .build();
    }
}
