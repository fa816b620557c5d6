package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.util.List;
import org.drlput.common.wire.MetricsCodec;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.RefusedMicroBatch;
import org.drlput.server.shard.ShardStatus;

/** Between the machine's records and the wire's messages. */
final class Messages {
    private Messages() {}

    static Fence fence(org.drlput.common.wire.v1.Fence fence) {
        return new Fence(
                fence.getRun(),
                fence.getGeneration(),
                fence.getIncarnation(),
                fence.getExperimentSha256(),
                fence.getKernel());
    }

    static StatusRuntimeException status(Refusal refusal) {
        return switch (refusal.reason()) {
            case INVALID -> Statuses.invalidArgument(refusal.text());
            case OTHER_LIFE -> Statuses.failedPrecondition(refusal.text());
            case NOT_YET -> Statuses.unavailable(refusal.text());
            case TOO_MUCH -> Statuses.resourceExhausted(refusal.text());
        };
    }

    static List<RefusedMicroBatch> refused(List<org.drlput.common.wire.v1.RefusedMicroBatch> batches) {
        return batches.stream()
                .map(b -> new RefusedMicroBatch(b.getStep(), b.getMicroBatch(), b.getCause()))
                .toList();
    }

    static CaptureReply reply(DurableCapture capture) {
        CaptureReply.Builder reply =
                CaptureReply.newBuilder().setSha256(capture.sha256()).setBytes(capture.bytes());
        capture.staged().forEach(part -> reply.addStaged(CaptureMessages.file(part)));
        return reply.build();
    }

    static StatusReply reply(ShardStatus status) {
        StatusReply.Builder reply = StatusReply.newBuilder()
                .setShard(status.shard())
                .setShardCount(status.shardCount())
                .setRun(status.run())
                .setGeneration(status.generation())
                .setIncarnation(status.incarnation())
                .setStep(status.step())
                .setTotalSteps(status.totalSteps())
                .setOpened(status.open())
                .setBaseVersion(status.baseVersion())
                .setMetrics(MetricsCodec.encode(status.metrics()))
                .setFailure(status.failure())
                .setWarning(status.warning())
                .setRevision(status.revision());
        status.captures().forEach(key -> reply.addCaptures(CaptureMessages.key(key)));
        status.staged().forEach(part -> reply.addStaged(CaptureMessages.file(part)));
        status.published().forEach(step -> reply.addPublished(status.baseVersion() + step));
        status.evaluated().forEach(step -> reply.addEvaluated(status.baseVersion() + step));
        for (RefusedMicroBatch batch : status.refused()) {
            reply.addRefused(org.drlput.common.wire.v1.RefusedMicroBatch.newBuilder()
                    .setStep(batch.step())
                    .setMicroBatch(batch.microBatch())
                    .setCause(batch.cause()));
        }
        return reply.build();
    }
}
