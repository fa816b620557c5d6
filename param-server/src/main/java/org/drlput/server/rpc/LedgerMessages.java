package org.drlput.server.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.RefusedChangeException;
import org.drlput.common.ledger.Who;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.Alias;
import org.drlput.common.wire.v1.SetAliasRequest;
import org.jspecify.annotations.Nullable;

/** Between the ledger's records and the wire's messages. */
final class LedgerMessages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LedgerMessages() {}

    static Alias alias(String name, long version) {
        return Alias.newBuilder().setName(name).setVersion(version).build();
    }

    static AliasMove move(SetAliasRequest request) {
        return new AliasMove(
                request.getAlias(),
                number(request.getVersion()),
                number(request.getExpectedVersion()),
                kind(request),
                new Who(request.getActor(), request.getReason()));
    }

    private static @Nullable Long number(long version) {
        return version == 0 ? null : (Long) version;
    }

    private static AliasMove.Kind kind(SetAliasRequest request) {
        try {
            return switch (request.getKind()) {
                case SET -> new AliasMove.Free();
                case ROLLBACK -> new AliasMove.Rollback();
                case FORCE ->
                    new AliasMove.Forced(
                            request.getEvidenceJson().isEmpty()
                                    ? null
                                    : JSON.readTree(request.getEvidenceJson().toByteArray()));
                case GATE ->
                    new AliasMove.ByGate(
                            GateEvidence.of(
                                    JSON.readTree(request.getEvidenceJson().toByteArray())),
                            request.getAdviseOnly() ? Wish.ADVICE : Wish.MOVE);
                case UNRECOGNIZED -> throw Statuses.invalidArgument("alias: this kind of move is not known here");
            };
        } catch (JsonProcessingException e) {
            throw Statuses.invalidArgument("evidence: is no JSON: " + e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            throw Statuses.invalidArgument("evidence: " + e.getMessage());
        }
    }

    static ByteString bytes(byte[] json) {
        return ByteString.copyFrom(json);
    }

    static StatusRuntimeException status(RefusedChangeException e) {
        String text = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case INVALID -> Statuses.invalidArgument(text);
            case UNKNOWN -> Statuses.notFound(text);
            case STALE -> Statuses.aborted(text);
            case HELD -> Statuses.failedPrecondition(text);
            case UNUSABLE -> Statuses.dataLoss(text);
        };
    }
}
