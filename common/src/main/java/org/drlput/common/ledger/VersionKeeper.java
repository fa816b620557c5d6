package org.drlput.common.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.gate.GateDecision;
import org.drlput.common.gate.GateEvidence;
import org.drlput.common.gate.GateRules;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Rollback;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.AuditEntry.Action;
import org.drlput.common.ledger.LedgerState.Change;
import org.drlput.common.ledger.RefusedChangeException.Reason;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the versions of a registry: moves aliases, pins, removes. The one way to {@code stable}, for servers and commands
 * alike: by evidence that the gate lets pass, by force with a reason, or back to where it stood; and never to a version that can not
 * be read whole. Any number of threads and processes; no state.
 */
public final class VersionKeeper {
    /** What ad servers follow. Moves through the gate. */
    public static final String STABLE = "stable";

    /** The highest published number; follows by itself. */
    public static final String LATEST = "latest";

    private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    /** Of removals by retention. */
    private static final String RETENTION = "retention";

    private final VersionRegistry registry;
    private final Ledger ledger;
    private final Leases leases;

    /** @param root the registry's directory */
    public VersionKeeper(Path root, Clock clock) {
        this(root, new Ledger(root, clock), clock);
    }

    VersionKeeper(Path root, Ledger ledger, Clock clock) {
        this.registry = new VersionRegistry(root);
        this.ledger = ledger;
        this.leases = new Leases(root, clock);
    }

    /**
     * What there is.
     *
     * @param versions ascending
     * @param aliases by name, {@code latest} too
     * @param sequence of the last change of aliases and pins
     */
    public record Listing(
            List<Long> versions,
            SortedMap<String, Long> aliases,
            SortedMap<Long, LedgerState.Pin> pins,
            long sequence) {}

    /** @throws LedgerException where the ledger is damaged */
    public Listing list() {
        LedgerState state = ledger.state();
        List<Long> versions = registry.versions();
        SortedMap<String, Long> aliases = new TreeMap<>(state.aliases());
        if (!versions.isEmpty()) {
            aliases.put(LATEST, versions.get(versions.size() - 1));
        }
        return new Listing(versions, Collections.unmodifiableSortedMap(aliases), state.pins(), state.sequence());
    }

    /** The audit trail, oldest first. */
    public List<AuditEntry> history() {
        return ledger.history();
    }

    public Leases leases() {
        return leases;
    }

    /**
     * Moves an alias, or records that the gate holds the version.
     *
     * @throws RefusedChangeException where neither is done: nothing was changed
     * @throws LedgerException where the ledger can not be read or written
     */
    public Outcome move(AliasMove move) {
        requireName(move.alias());
        Long version = move.version();
        if (version == null) {
            return remove(move);
        }
        if (move.kind() instanceof ByGate gate) {
            return ask(move, version, gate);
        }
        // outside of the lock: a version does not change, and reading it may take its time
        Version readable = read(version);
        AuditEntry entry = commit(state -> {
            requireExpected(state, move);
            requireThere(version);
            return new Change(
                    action(move, version),
                    move.alias(),
                    readable.manifest().version(),
                    version,
                    move.who().actor(),
                    move.who().reason(),
                    move.kind() instanceof Forced forced ? forced.evidence() : null);
        });
        return new Outcome(true, entry);
    }

    private static void requireName(String alias) {
        if (alias.equals(LATEST)) {
            throw refused(Reason.INVALID, "alias latest: it is the highest published number, and follows by itself");
        }
        if (!ALIAS.matcher(alias).matches()) {
            throw refused(
                    Reason.INVALID,
                    "alias '%s': expected at most 63 lower-case letters, digits and '-', a letter first, say stable"
                            .formatted(alias));
        }
    }

    private Action action(AliasMove move, long version) {
        boolean gated = move.alias().equals(STABLE);
        if (move.kind() instanceof Rollback) {
            if (!Standings.everAt(ledger.history(), move.alias(), version)) {
                throw refused(
                        Reason.INVALID,
                        "alias %s: never stood at version %d: a rollback goes back, promote goes on"
                                .formatted(move.alias(), version));
            }
            return Action.ROLLBACK;
        }
        if (gated && !(move.kind() instanceof Forced)) {
            throw refused(
                    Reason.INVALID,
                    "alias stable: moves through the gate: promote the version with evidence, or by force with a reason");
        }
        return gated ? Action.FORCE : Action.SET;
    }

    private Outcome remove(AliasMove move) {
        if (move.alias().equals(STABLE)) {
            throw refused(
                    Reason.INVALID,
                    "alias stable: is not taken away, ad servers follow it: roll back, or promote another");
        }
        AuditEntry entry = commit(state -> {
            requireExpected(state, move);
            if (!state.aliases().containsKey(move.alias())) {
                throw refused(Reason.UNKNOWN, "alias %s: there is none".formatted(move.alias()));
            }
            return new Change(
                    Action.SET,
                    move.alias(),
                    null,
                    null,
                    move.who().actor(),
                    move.who().reason(),
                    null);
        });
        return new Outcome(true, entry);
    }

    /** The gate's decision, made here whoever asks: the asker brings evidence alone. */
    private Outcome ask(AliasMove move, long version, ByGate gate) {
        if (!move.alias().equals(STABLE)) {
            throw refused(Reason.INVALID, "alias %s: has no gate, stable has".formatted(move.alias()));
        }
        requireThere(version);
        GateEvidence evidence = gate.evidence();
        GateDecision decision = decide(version, evidence);
        boolean moved = decision.passes() && gate.wish() == Wish.MOVE;
        AuditEntry entry = commit(state -> {
            requireExpected(state, move);
            requireThere(version);
            Long stands = state.aliases().get(STABLE);
            if (!Objects.equals(stands, evidence.stable())) {
                throw refused(
                        Reason.STALE,
                        "alias stable: the evidence compares with %s, it stands at %s: gather it again"
                                .formatted(words(evidence.stable()), words(stands)));
            }
            Action action = moved ? Action.PROMOTE : decision.passes() ? Action.ADVISE : Action.HOLD;
            return new Change(
                    action,
                    STABLE,
                    version,
                    moved ? (Long) version : stands,
                    move.who().actor(),
                    "%s: %s".formatted(move.who().reason(), decision.reason()),
                    evidence.toTree());
        });
        return new Outcome(moved, entry);
    }

    private GateDecision decide(long version, GateEvidence evidence) {
        Version readable;
        try {
            readable = Version.read(registry.directory(version));
        } catch (VersionException e) {
            return new GateDecision(List.of(new GateDecision.Finding(
                    "readable", GateDecision.Result.NOT_MET, "it can not be read: " + firstLine(e))));
        }
        if (evidence.version() != version
                || !evidence.weightsSha256().equals(readable.manifest().weightsSha256())) {
            throw refused(
                    Reason.INVALID,
                    "version %d: the evidence is of version %d with weights %s: gather it again"
                            .formatted(version, evidence.version(), evidence.weightsSha256()));
        }
        return GateRules.decide(readable.experiment().versions().gate(), evidence);
    }

    private static String firstLine(VersionException e) {
        return e.problems().get(0);
    }

    private static String words(@Nullable Long version) {
        return version == null ? "none" : "version " + version;
    }

    private static void requireExpected(LedgerState state, AliasMove move) {
        Long stands = state.aliases().get(move.alias());
        if (!Objects.equals(stands, move.expected())) {
            throw refused(
                    Reason.STALE,
                    "alias %s: stands at %s, expected %s: somebody moved it meanwhile; see the history, then decide again"
                            .formatted(move.alias(), words(stands), words(move.expected())));
        }
    }

    private void requireThere(long version) {
        if (!registry.has(version)) {
            List<Long> there = registry.versions();
            throw refused(
                    Reason.UNKNOWN,
                    "version %d: there is none of this number here%s"
                            .formatted(
                                    version, there.isEmpty() ? "" : ", the newest is " + there.get(there.size() - 1)));
        }
    }

    private Version read(long version) {
        requireThere(version);
        try {
            return Version.read(registry.directory(version));
        } catch (VersionException e) {
            throw new RefusedChangeException(
                    Reason.UNUSABLE,
                    "version %d: no alias may stand at it, not even by force: %s".formatted(version, firstLine(e)),
                    e);
        }
    }

    private static RefusedChangeException refused(Reason reason, String text) {
        return new RefusedChangeException(reason, text);
    }

    /** Keeps a version until it is unpinned. */
    public AuditEntry pin(long version, Who who) {
        return commit(state -> {
            requireThere(version);
            return new Change(Action.PIN, null, version, null, who.actor(), who.reason(), null);
        });
    }

    public AuditEntry unpin(long version, Who who) {
        return commit(state -> {
            if (!state.pins().containsKey(version)) {
                throw refused(Reason.UNKNOWN, "version %d: is not pinned".formatted(version));
            }
            return new Change(Action.UNPIN, null, version, null, who.actor(), who.reason(), null);
        });
    }

    /** Removes a version that nothing holds; its evaluation stays, one that says so where there was none. */
    public AuditEntry delete(long version, Who who) {
        return commit(state -> {
            requireThere(version);
            String hold = holds(state).get(version);
            if (hold != null) {
                throw refused(Reason.HELD, "version %d: is not removed: %s".formatted(version, hold));
            }
            return new Change(Action.DELETE, null, version, null, who.actor(), who.reason(), null);
        });
    }

    /**
     * Removes all but the newest versions, those that something holds, and those without an evaluation, which their run waits for.
     *
     * @param keep how many are kept besides those that are held
     * @return what was removed
     */
    public List<AuditEntry> retain(int keep) {
        List<AuditEntry> removed = new ArrayList<>();
        try {
            for (long version : removable(ledger.state(), keep)) {
                removed.add(commit(state -> {
                    if (!removable(state, keep).contains(version)) {
                        throw refused(Reason.HELD, "version %d: something holds it now".formatted(version));
                    }
                    String reason = "versions.retain keeps the newest %d, and what is held".formatted(keep);
                    return new Change(Action.RETIRE, null, version, null, RETENTION, reason, null);
                }));
            }
        } catch (RefusedChangeException e) {
            // held since it was looked at: the next time tells
        } catch (IOException e) {
            throw new LedgerException("%s: can not be read: %s".formatted(ledger.root(), e), e);
        }
        return removed;
    }

    private List<Long> removable(LedgerState state, int keep) throws IOException {
        List<Long> versions = registry.versions();
        if (versions.size() <= keep) {
            return List.of();
        }
        Set<Long> evaluated = new TreeSet<>(registry.evaluated());
        SortedMap<Long, String> holds = holds(state);
        return versions.subList(0, versions.size() - keep).stream()
                .filter(version -> evaluated.contains(version) && !holds.containsKey(version))
                .toList();
    }

    private SortedMap<Long, String> holds(LedgerState state) throws IOException {
        return Holds.of(state, ledger.history(), leases.held());
    }

    private AuditEntry commit(Ledger.Decision decision) {
        return ledger.commit(decision, this::remove);
    }

    /** Of an entry that says that a version was removed: makes that so. */
    private void remove(AuditEntry entry) throws IOException {
        Long version = entry.version();
        if (version == null || !entry.action().removesVersion() || !registry.has(version)) {
            return;
        }
        if (registry.evaluation(version).isEmpty()) {
            // a run that published it waits for one
            String why = "version %d was removed before it was evaluated, by %s: %s"
                    .formatted(version, entry.actor(), entry.reason());
            registry.putEvaluation(version, Evaluation.failed(version, 0, why).toJson());
        }
        registry.remove(version);
    }
}
