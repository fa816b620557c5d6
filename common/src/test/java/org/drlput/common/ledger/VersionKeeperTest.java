package org.drlput.common.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Free;
import org.drlput.common.ledger.AliasMove.Kind;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Rollback;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.AuditEntry.Action;
import org.drlput.common.ledger.RefusedChangeException.Reason;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionKeeperTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
    private static final Who ANN = new Who("ann", "because");

    @TempDir
    private Path root;

    private VersionRegistry registry;

    @BeforeEach
    void threeVersions() {
        registry = new VersionRegistry(root);
        for (long version : List.of(1L, 2L, 3L)) {
            TestVersions.publish(root, 1, version);
        }
    }

    private VersionKeeper keeper() {
        return new VersionKeeper(root, NOON);
    }

    private Outcome move(String alias, @Nullable Long version, @Nullable Long expected, Kind kind) {
        return keeper().move(new AliasMove(alias, version, expected, kind, ANN));
    }

    private Outcome force(long version, @Nullable Long expected) {
        return move(VersionKeeper.STABLE, version, expected, new Forced(null));
    }

    private GateEvidence evidence(long version, @Nullable Long stable, double low) {
        Estimate gain = new Estimate("snips", low + 0.1, low, low + 0.2, 800, 800, 700, 6, true);
        return new GateEvidence(
                1,
                version,
                registry.manifest(version).weightsSha256(),
                stable,
                "a test",
                20_000,
                null,
                0.3,
                2,
                Map.of("w_click", 0.1),
                List.of(
                        new Comparison(Baseline.BEHAVIOUR, gain),
                        new Comparison(Baseline.MANUAL, gain),
                        new Comparison(Baseline.STABLE, gain)),
                List.of());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Reason reason, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedChangeException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    @Test
    void stableMovesOnEvidenceThatTheGateLetsPass() {
        Outcome first = move("stable", 1L, null, new ByGate(evidence(1, null, 0.01), Wish.MOVE));
        assertThat(first.moved()).isTrue();
        Outcome second = move("stable", 2L, 1L, new ByGate(evidence(2, 1L, 0.02), Wish.MOVE));
        assertThat(second.moved()).isTrue();
        assertThat(keeper().list().aliases()).containsExactly(Map.entry("latest", 3L), Map.entry("stable", 2L));
        AuditEntry entry = keeper().history().get(1);
        assertThat(entry.action()).isEqualTo(Action.PROMOTE);
        assertThat(List.of(entry.from(), entry.to(), entry.version())).containsExactly(1L, 2L, 2L);
        assertThat(entry.reason())
                .isEqualTo("because: Diversity 0.3; gain over exploration traffic +12.00 % (+2.00 % to +22.00 %); "
                        + "gain over the manual setting +12.00 % (+2.00 % to +22.00 %); "
                        + "gain over stable (version 1) +12.00 % (+2.00 % to +22.00 %)");
        assertThat(GateEvidence.of(Objects.requireNonNull(entry.evidence()))).isEqualTo(evidence(2, 1L, 0.02));
    }

    @Test
    void whatTheGateHoldsIsRecordedAndNotMoved() {
        Outcome held = move("stable", 1L, null, new ByGate(evidence(1, null, -0.01), Wish.MOVE));
        assertThat(held.moved()).isFalse();
        assertThat(held.entry().action()).isEqualTo(Action.HOLD);
        assertThat(held.entry().to()).isNull();
        assertThat(held.entry().reason())
                .contains(
                        "gain over the manual setting +9.00 % (-1.00 % to +19.00 %): its lower bound is not above 0 %");
        assertThat(keeper().list().aliases()).doesNotContainKey("stable");
        assertThat(keeper().history()).containsExactly(held.entry());

        Outcome advised = move("stable", 1L, null, new ByGate(evidence(1, null, 0.01), Wish.ADVICE));
        assertThat(advised.moved()).isFalse();
        assertThat(advised.entry().action()).isEqualTo(Action.ADVISE);
        assertThat(keeper().list().aliases()).doesNotContainKey("stable");
    }

    @Test
    void whoeverAsksTheGateDecidesNothing() {
        // evidence of another version, or compared with what is not stable any more
        assertRefused(Reason.INVALID, () -> move("stable", 2L, null, new ByGate(evidence(1, null, 0.1), Wish.MOVE)))
                .hasMessageStartingWith("version 2: the evidence is of version 1 with weights ");
        force(1, null);
        assertRefused(Reason.STALE, () -> move("stable", 2L, 1L, new ByGate(evidence(2, null, 0.1), Wish.MOVE)))
                .hasMessage("alias stable: the evidence compares with none, it stands at version 1: gather it again");
        assertRefused(Reason.INVALID, () -> move("stable", 2L, 1L, new Free()))
                .hasMessageStartingWith("alias stable: moves through the gate");
    }

    @Test
    void aLostRaceChangesNothing() {
        force(1, null);
        assertRefused(Reason.STALE, () -> force(2, null))
                .hasMessage(
                        "alias stable: stands at version 1, expected none: somebody moved it meanwhile; see the history, then decide again");
        assertRefused(Reason.STALE, () -> force(2, 3L));
        assertThat(keeper().list().aliases()).containsEntry("stable", 1L);
        assertThat(keeper().history()).hasSize(1);
    }

    /** Every move begins where the one before ended: nobody's was lost, and nobody moved from where the alias was not. */
    @Test
    void twoProcessesMoveAnAliasOneByOne() throws Exception {
        int moves = 15;
        List<Process> racers = new ArrayList<>();
        for (String name : List.of("ann", "ben")) {
            Path log = root.resolve(name + ".log");
            racers.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx200m",
                            "--add-opens=java.base/java.nio=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RacingProcess.class.getName(),
                            root.toString(),
                            String.valueOf(moves),
                            name)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start());
        }
        try {
            for (Process racer : racers) {
                assertThat(racer.waitFor(2, TimeUnit.MINUTES)).isTrue();
                assertThat(racer.exitValue())
                        .as(Files.readString(root.resolve("ann.log")) + Files.readString(root.resolve("ben.log")))
                        .isZero();
            }
        } finally {
            racers.forEach(Process::destroyForcibly);
        }

        List<AuditEntry> history = keeper().history();
        assertThat(history).hasSize(2 * moves);
        assertThat(history.stream().filter(entry -> entry.actor().equals("ann")))
                .hasSize(moves);
        Long stands = null;
        for (AuditEntry entry : history) {
            assertThat(entry.from()).as(entry.toString()).isEqualTo(stands);
            stands = entry.to();
        }
        assertThat(keeper().list().aliases()).containsEntry(RacingProcess.ALIAS, stands);
    }

    @Test
    void forceSaysWhy() {
        assertThat(force(1, null).entry().action()).isEqualTo(Action.FORCE);
        assertRefused(Reason.INVALID, () -> new Who("ann", " "))
                .hasMessage(
                        "reason: found none, expected a text of 1 to 4000 characters: every change says who and why");
    }

    @Test
    void noForceMovesStableToWhatCanNotBeUsed() throws IOException {
        TestVersions.publishNan(root, 4);
        Path part = registry.directory(2).resolve(WeightsFile.name(0));
        Files.write(part, java.util.Arrays.copyOf(Files.readAllBytes(part), 100));
        for (long version : List.of(2L, 4L)) {
            assertRefused(Reason.UNUSABLE, () -> force(version, null))
                    .hasMessageStartingWith(
                            "version %d: no alias may stand at it, not even by force: ".formatted(version));
            Outcome asked = move("stable", version, null, new ByGate(evidence(version, null, 0.1), Wish.MOVE));
            assertThat(asked.moved()).isFalse();
            assertThat(asked.entry().reason()).startsWith("because: it can not be read: ");
        }
        assertThat(keeper().list().aliases()).doesNotContainKey("stable");
    }

    @Test
    void namesThatAreNone() {
        assertRefused(Reason.UNKNOWN, () -> force(9, null))
                .hasMessage("version 9: there is none of this number here, the newest is 3");
        assertRefused(Reason.INVALID, () -> move("latest", 1L, 3L, new Free()))
                .hasMessage("alias latest: it is the highest published number, and follows by itself");
        assertRefused(Reason.INVALID, () -> move("../up", 1L, null, new Free()))
                .hasMessageContaining("expected at most 63 lower-case letters, digits and '-'");
        assertRefused(Reason.UNKNOWN, () -> move("canary", null, null, new Free()))
                .hasMessage("alias canary: there is none");
        assertRefused(Reason.INVALID, () -> move("stable", null, null, new Free()))
                .hasMessageStartingWith("alias stable: is not taken away");
    }

    @Test
    void rollbacksGoBackOneByOne() {
        force(1, null);
        force(2, 1L);
        force(3, 2L);
        assertThat(Standings.before(keeper().history(), "stable")).isEqualTo(2);
        assertThat(move("stable", 2L, 3L, new Rollback()).entry().action()).isEqualTo(Action.ROLLBACK);
        assertThat(Standings.before(keeper().history(), "stable")).isEqualTo(1);
        move("stable", 1L, 2L, new Rollback());
        assertThat(Standings.before(keeper().history(), "stable")).isNull();
        TestVersions.publish(root, 1, 4);
        assertRefused(Reason.INVALID, () -> move("stable", 4L, 1L, new Rollback()))
                .hasMessage("alias stable: never stood at version 4: a rollback goes back, promote goes on");
    }

    private void evaluate(long... versions) throws IOException {
        for (long version : versions) {
            registry.putEvaluation(
                    version, Evaluation.failed(version, version, "a test").toJson());
        }
    }

    @Test
    void retentionKeepsTheNewestAndWhatIsHeld() throws IOException {
        for (long version = 4; version <= 9; version++) {
            TestVersions.publish(root, 1, version);
        }
        evaluate(1, 2, 3, 4, 5, 6, 8, 9);
        force(1, null);
        move("canary", 2L, null, new Free());
        keeper().pin(3, ANN);
        try (Leases.Lease lease = keeper().leases().take(4, Duration.ofMinutes(1))) {
            assertThat(keeper().retain(2)).extracting(AuditEntry::version).containsExactly(5L, 6L);
            // 7 has no evaluation, which its run waits for
            assertThat(registry.versions()).containsExactly(1L, 2L, 3L, 4L, 7L, 8L, 9L);
            lease.renew(Duration.ofMinutes(1));
        }
        keeper().unpin(3, ANN);
        assertThat(keeper().retain(2)).extracting(AuditEntry::version).containsExactly(3L, 4L);
        assertThat(registry.everPublished()).contains(3L, 4L, 5L, 6L);
        assertThat(keeper().history()).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo(Action.RETIRE);
            assertThat(entry.actor()).isEqualTo("retention");
            assertThat(entry.reason()).isEqualTo("versions.retain keeps the newest 2, and what is held");
        });
    }

    @Test
    void whatARollbackMayGoBackToStays() throws IOException {
        evaluate(1, 2, 3);
        force(1, null);
        force(2, 1L);
        force(3, 2L);
        assertThat(keeper().retain(1)).isEmpty();
        assertRefused(Reason.HELD, () -> keeper().delete(2, ANN))
                .hasMessage("version 2: is not removed: a rollback of stable may go back to it");
    }

    @Test
    void aLeaseOfSomebodyWhoDiedRunsOut() throws IOException {
        evaluate(1, 2, 3);
        // never closed
        keeper().leases().take(1, Duration.ofMinutes(1));
        assertRefused(Reason.HELD, () -> keeper().delete(1, ANN))
                .hasMessage("version 1: is not removed: it is being read");
        VersionKeeper later = new VersionKeeper(root, Clock.offset(NOON, Duration.ofMinutes(2)));
        assertThat(later.delete(1, ANN).action()).isEqualTo(Action.DELETE);
        assertThat(registry.versions()).containsExactly(2L, 3L);
    }

    @Test
    void aCrashBeforeTheRemovalIsMadeGoodByTheNextChange() throws IOException {
        class Crash extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
        Ledger dying = new Ledger(root, NOON, step -> {
            throw new Crash();
        });
        VersionKeeper keeper = new VersionKeeper(root, dying, NOON);
        assertThatThrownBy(() -> keeper.delete(1, ANN)).isInstanceOf(Crash.class);
        assertThat(registry.versions()).contains(1L);
        keeper().delete(2, ANN);
        assertThat(registry.versions()).containsExactly(3L);
        assertThat(keeper().history()).extracting(AuditEntry::version).containsExactly(1L, 2L);
        // a run that published it hears that no evaluation will come
        assertThat(Evaluation.fromJson(registry.evaluation(1).orElseThrow(), "1.json")
                        .error())
                .isEqualTo("version 1 was removed before it was evaluated, by ann: because");
    }
}
