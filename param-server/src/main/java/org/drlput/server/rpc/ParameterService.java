package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.CaptureRequest;
import org.drlput.common.wire.v1.ConfirmReply;
import org.drlput.common.wire.v1.ConfirmRequest;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.ParametersGrpc;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushReply;
import org.drlput.common.wire.v1.RowSelection;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.common.wire.v1.StatusRequest;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.jspecify.annotations.Nullable;

/**
 * The training calls: checks what needs no machine, decodes, and hands on to the {@link ShardLoop}. On the connections' threads:
 * never waits.
 */
public final class ParameterService extends ParametersGrpc.ParametersImplBase {
    /** A run's name is the name of folders. */
    private static final Pattern RUN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private static final long MAX_WAIT_MILLIS = 60_000;

    private final ShardLoop loop;
    private final AtomicInteger pushesUnderWay = new AtomicInteger();

    public ParameterService(ShardLoop loop) {
        this.loop = loop;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusReply> observer) {
        Answer<StatusReply> answer = new Answer<>(observer);
        long wait = Math.min(Integer.toUnsignedLong(request.getWaitMillis()), MAX_WAIT_MILLIS);
        loop.status(request.getAfterStep(), request.getAfterRevision(), wait, answer);
    }

    @Override
    public void open(OpenRequest request, StreamObserver<OpenReply> observer) {
        Answer<OpenReply> answer = new Answer<>(observer);
        loop.onDisk(
                () -> {
                    try {
                        loop.open(opening(request), files(request), answer);
                    } catch (StatusRuntimeException e) {
                        answer.refuse(e);
                    }
                },
                answer::refuse);
    }

    private static Opening opening(OpenRequest request) {
        if (!RUN_NAME.matcher(request.getRun()).matches()) {
            throw Statuses.invalidArgument(
                    "open: run '%s': expected at most 100 letters, digits, '.', '_' or '-', starting with a letter or digit"
                            .formatted(request.getRun()));
        }
        if (request.getGeneration() < 1) {
            throw Statuses.invalidArgument("open: generation %s: expected 1 or more"
                    .formatted(Long.toUnsignedString(request.getGeneration())));
        }
        return new Opening(
                request.getRun(),
                request.getGeneration(),
                request.getNonce(),
                request.getShardCount(),
                request.getExperimentSha256(),
                request.getFirstPassSha256(),
                request.getKernel(),
                request.hasCaptureKey() ? key("open", request.getRun(), request.getCaptureKey()) : null,
                request.getCaptureCheckpoint());
    }

    /** Of the same run as the call, and the name of a folder. */
    private static CaptureKey key(String call, String run, org.drlput.common.wire.v1.CaptureKey key) {
        if (!key.getRun().equals(run)) {
            throw Statuses.invalidArgument(
                    "%s: found a capture of run '%s', expected one of run '%s'".formatted(call, key.getRun(), run));
        }
        if (key.getGeneration() < 1 || key.getBoundary() < 0) {
            throw Statuses.invalidArgument("%s: capture %s-%s: expected generation 1 or more, boundary 0 or more"
                    .formatted(
                            call,
                            Long.toUnsignedString(key.getGeneration()),
                            Long.toUnsignedString(key.getBoundary())));
        }
        return CaptureMessages.key(key);
    }

    private static RunFiles files(OpenRequest request) {
        RunFiles files;
        try {
            files = RunFiles.parse(
                    request.getExperiment().toByteArray(),
                    request.getExperimentSha256(),
                    request.getFirstPass().toByteArray(),
                    request.getFirstPassSha256(),
                    parent(request.getParent()));
        } catch (IllegalArgumentException e) {
            throw Statuses.invalidArgument("open: " + e.getMessage());
        }
        long planned = request.getTotalSteps();
        if (planned != 0 && planned != files.totalSteps()) {
            throw Statuses.invalidArgument("open: the job plans %s steps, experiment and first pass make %d"
                    .formatted(Long.toUnsignedString(planned), files.totalSteps()));
        }
        return files;
    }

    private static @Nullable Long parent(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches("\\d{1,12}")) {
            throw new IllegalArgumentException("parent '%s': expected a version number".formatted(text));
        }
        return Long.parseLong(text);
    }

    @Override
    public void pull(PullRequest request, StreamObserver<PullChunk> observer) {
        OpenRun run = loop.open();
        try {
            if (run == null) {
                throw Statuses.failedPrecondition(
                        "this shard is not opened: only Status is served before Open: open it");
            }
            request.getRowsList().forEach(selection -> check(run.layout(), selection));
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        }
        AtomicLong call = new AtomicLong();
        PullStream stream = new PullStream(
                (ServerCallStreamObserver<PullChunk>) observer,
                run.layout(),
                request.getRowsList(),
                () -> loop.cancel(call.get()));
        call.set(loop.pull(Messages.fence(request.getFence()), request.getStep(), stream));
    }

    private static void check(TensorInput.Layout layout, RowSelection selection) {
        int tensor = layout.index(selection.getName());
        if (!layout.tensor(tensor).sparse()) {
            throw Statuses.invalidArgument(
                    "pull: tensor %s: is no embedding table, its rows always come all".formatted(selection.getName()));
        }
        for (int i = 0; i < selection.getRowCount(); i++) {
            int row = selection.getRow(i);
            if (row < layout.firstRow(tensor) || row >= layout.endRow(tensor)) {
                throw Statuses.invalidArgument(
                        "pull: tensor %s: found row %s, expected rows of [%d, %d), which this shard has"
                                .formatted(
                                        selection.getName(),
                                        Integer.toUnsignedString(row),
                                        layout.firstRow(tensor),
                                        layout.endRow(tensor)));
            }
        }
    }

    @Override
    public StreamObserver<PushChunk> push(StreamObserver<PushReply> observer) {
        return PushReceiver.begin(loop, pushesUnderWay, observer);
    }

    @Override
    public void awaitCapture(CaptureRequest request, StreamObserver<CaptureReply> observer) {
        AtomicLong call = new AtomicLong();
        Answer<CaptureReply> answer = new Answer<>(observer, () -> loop.cancel(call.get()));
        try {
            CaptureKey key = key("capture", request.getFence().getRun(), request.getKey());
            Keep keep = request.getSavepoint() ? Keep.PINNED : Keep.RETAINED;
            call.set(loop.awaitCapture(Messages.fence(request.getFence()), key, keep, answer));
        } catch (StatusRuntimeException e) {
            answer.refuse(e);
        }
    }

    @Override
    public void confirm(ConfirmRequest request, StreamObserver<ConfirmReply> observer) {
        Answer<ConfirmReply> answer = new Answer<>(observer);
        try {
            if (!request.hasKey()) {
                throw Statuses.invalidArgument("confirm: expected the key of a completed checkpoint's captures");
            }
            Confirmation confirmation = new Confirmation(
                    key("confirm", request.getFence().getRun(), request.getKey()),
                    request.getCheckpoint(),
                    Math.max(0, request.getRetained()),
                    request.getFilesList().stream().map(CaptureMessages::part).toList());
            loop.confirm(Messages.fence(request.getFence()), confirmation, answer);
        } catch (StatusRuntimeException e) {
            answer.refuse(e);
        }
    }
}
