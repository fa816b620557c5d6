package org.drlput.jobs.versions;

import io.grpc.Status;
import java.io.IOException;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.experiment.Experiment.Gate;
import org.drlput.common.gate.GateDecision;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.gate.GateJudge;
import org.drlput.common.gate.GateRules;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.RefusedChangeException;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the gate whether a version may be {@code stable}: gathers evidence, hands it to where the versions are, which decides, moves and
 * records. Where {@code stable} moved meanwhile it gathers again. One thread.
 */
public final class GateQuestion {
    private static final int TRIES = 3;

    private final VersionStore store;
    private final JudgingRows rows;

    public GateQuestion(VersionStore store, JudgingRows rows) {
        this.store = store;
        this.rows = rows;
    }

    /** @param decision rule by rule, as it was made where the versions are */
    public record Answer(Outcome outcome, GateEvidence evidence, GateDecision decision) {}

    /** @param gate the rules of the version's experiment; where it can not be read, of the rows' */
    private record Case(GateEvidence evidence, Gate gate) {}

    public Answer ask(long version, Wish wish, Who who) throws IOException {
        for (int left = TRIES; ; left--) {
            Long stable = store.listing().aliases().get(VersionKeeper.STABLE);
            Case found = gather(version, stable);
            GateEvidence evidence = found.evidence();
            try {
                AliasMove move = new AliasMove(VersionKeeper.STABLE, version, stable, new ByGate(evidence, wish), who);
                return new Answer(store.move(move), evidence, GateRules.decide(found.gate(), evidence));
            } catch (RefusedChangeException e) {
                if (left == 1 || e.reason() != RefusedChangeException.Reason.STALE) {
                    throw e;
                }
            } catch (ParameterServerException e) {
                if (left == 1 || e.code() != Status.Code.ABORTED) {
                    throw e;
                }
            }
        }
    }

    private Case gather(long number, @Nullable Long stable) throws IOException {
        String weights = weights(number);
        Version version;
        try {
            version = Version.read(store.directory(number));
        } catch (VersionException e) {
            return unusable(number, weights, stable, e.problems().get(0));
        }
        if (!version.experiment().features().equals(rows.experiment().features())
                || !version.experiment().actions().equals(rows.experiment().actions())
                || !version.experiment().reward().equals(rows.experiment().reward())) {
            return unusable(
                    number, weights, stable, "the rows are of an experiment with other features, actions or reward");
        }
        GateEvidence evidence = new GateJudge(Kernels.best(), rows.scope())
                .judge(version, stable == null ? null : stable(stable), rows.source(), rows.blocks());
        return new Case(evidence, version.experiment().versions().gate());
    }

    private Case unusable(long number, String weights, @Nullable Long stable, String problem) {
        return new Case(
                GateEvidence.unusable(number, weights, stable, rows.source(), problem),
                rows.experiment().versions().gate());
    }

    /** Of what stands in its manifest; empty where that can not be read either. */
    private String weights(long number) {
        try {
            return store.manifest(number).map(Manifest::weightsSha256).orElse("");
        } catch (VersionException e) {
            return "";
        }
    }

    private Version stable(long number) throws IOException {
        try {
            return Version.read(store.directory(number));
        } catch (VersionException e) {
            throw new VersionException(
                    "stable stands at version %d, which can not be read, so that nothing can be compared with it: %s: roll back, or promote by force"
                            .formatted(number, e.problems().get(0)),
                    e);
        }
    }
}
