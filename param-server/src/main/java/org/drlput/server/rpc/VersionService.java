package org.drlput.server.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.drlput.common.version.ManifestFile;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.common.wire.v1.GetVersionReply;
import org.drlput.common.wire.v1.GetVersionRequest;
import org.drlput.common.wire.v1.ListVersionsReply;
import org.drlput.common.wire.v1.ListVersionsRequest;
import org.drlput.common.wire.v1.PutEvaluationReply;
import org.drlput.common.wire.v1.PutEvaluationRequest;
import org.drlput.common.wire.v1.VersionsGrpc;

/** Published versions, straight from the registry on disk: open or not. Reads files: on threads that may wait. */
public final class VersionService extends VersionsGrpc.VersionsImplBase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_VERSION = 999_999_999_999L;

    private final VersionRegistry registry;
    private final Runnable evaluationWritten;

    public VersionService(Path data, ShardLoop loop) {
        this.registry = new VersionRegistry(data);
        this.evaluationWritten = loop::evaluationWritten;
    }

    @Override
    public void list(ListVersionsRequest request, StreamObserver<ListVersionsReply> observer) {
        try {
            observer.onNext(ListVersionsReply.newBuilder()
                    .addAllVersion(registry.versions())
                    .build());
            observer.onCompleted();
        } catch (VersionException e) {
            observer.onError(Statuses.unavailable("versions: can not be listed: " + e.getMessage()));
        }
    }

    @Override
    public void get(GetVersionRequest request, StreamObserver<GetVersionReply> observer) {
        try {
            Path directory = directory(request.getVersion());
            GetVersionReply.Builder reply = GetVersionReply.newBuilder()
                    .setManifestJson(ByteString.copyFrom(Files.readAllBytes(directory.resolve(ManifestFile.NAME))));
            registry.evaluation(request.getVersion())
                    .ifPresent(json -> reply.setEvaluationJson(ByteString.copyFrom(json)));
            observer.onNext(reply.build());
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        } catch (IOException | VersionException e) {
            observer.onError(
                    Statuses.unavailable("version %d: can not be read: %s".formatted(request.getVersion(), e)));
        }
    }

    private Path directory(long version) {
        if (version < 0 || version > MAX_VERSION || !Files.isDirectory(registry.directory(version))) {
            throw Statuses.notFound("version %s: there is none of this number here: List names those that are"
                    .formatted(Long.toUnsignedString(version)));
        }
        return registry.directory(version);
    }

    @Override
    public void fetch(FetchVersionRequest request, StreamObserver<FileChunk> observer) {
        try {
            FetchStream.begin(
                    request.getVersion(), directory(request.getVersion()), (ServerCallStreamObserver<FileChunk>)
                            observer);
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        }
    }

    @Override
    public void putEvaluation(PutEvaluationRequest request, StreamObserver<PutEvaluationReply> observer) {
        try {
            var unused = directory(request.getVersion());
            byte[] json = request.getEvaluationJson().toByteArray();
            requireObject(json);
            boolean written = registry.putEvaluation(request.getVersion(), json);
            evaluationWritten.run();
            observer.onNext(PutEvaluationReply.newBuilder().setWritten(written).build());
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        } catch (IOException | VersionException e) {
            observer.onError(Statuses.unavailable(
                    "evaluation of version %d: can not be written: %s".formatted(request.getVersion(), e)));
        }
    }

    private static void requireObject(byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            if (!tree.isObject()) {
                throw Statuses.invalidArgument(
                        "evaluation: found %s, expected a JSON object".formatted(tree.getNodeType()));
            }
        } catch (JsonProcessingException e) {
            throw Statuses.invalidArgument("evaluation: is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Statuses.invalidArgument("evaluation: is no JSON: " + e);
        }
    }
}
