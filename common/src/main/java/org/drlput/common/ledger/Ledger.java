package org.drlput.common.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.ledger.LedgerState.Change;
import org.drlput.common.version.AtomicFile;

/**
 * Aliases, pins and the audit trail of a registry: {@code aliases.json} and {@code audit.jsonl} in its directory.
 *
 * <p>A change is made when {@code aliases.json}, which holds its entry of the audit trail too, is replaced; then the entry is
 * appended to the trail. Whoever dies in between leaves an entry that the next one who changes something appends first, and that
 * {@link #history} shows already: neither the move nor its reason is ever lost. One change at a time, by a lock between threads and
 * processes; readers take none. No state.
 */
public final class Ledger {
    static final String ALIASES = "aliases.json";

    private final Path root;
    private final Path aliases;
    private final AuditFile audit;
    private final Clock clock;
    private final Steps steps;

    /** Called after each step that changes the disk, so that tests can break off there. */
    interface Steps {
        void done(String step) throws IOException;
    }

    /** @param root the registry's directory, which need not be there before something is changed */
    public Ledger(Path root, Clock clock) {
        this(root, clock, step -> {});
    }

    Ledger(Path root, Clock clock, Steps steps) {
        this.root = root;
        this.aliases = root.resolve(ALIASES);
        this.audit = new AuditFile(root);
        this.clock = clock;
        this.steps = steps;
    }

    /** Looks at the state, and says what to change in it; throws {@link RefusedChangeException} where nothing is to be changed. */
    interface Decision {
        Change on(LedgerState state) throws IOException;
    }

    Path root() {
        return root;
    }

    /** @throws LedgerException where {@code aliases.json} is damaged, or gone */
    public LedgerState state() {
        try {
            byte[] bytes = Files.readAllBytes(aliases);
            try {
                return LedgerJson.state(bytes);
            } catch (LedgerException e) {
                throw damaged(String.valueOf(e.getMessage()), e);
            }
        } catch (NoSuchFileException e) {
            if (!history(LedgerState.EMPTY).isEmpty()) {
                throw damaged("it is gone, while %s has entries".formatted(AuditFile.NAME), e);
            }
            return LedgerState.EMPTY;
        } catch (IOException e) {
            throw new LedgerException("%s: can not be read: %s".formatted(aliases, e), e);
        }
    }

    private LedgerException damaged(String what, Exception cause) {
        return new LedgerException(
                "%s: %s: nothing was changed. Restore it from a backup, or move it away and run: drlput versions repair --dir %s"
                        .formatted(aliases, what, root),
                cause);
    }

    /** The audit trail, oldest first. */
    public List<AuditEntry> history() {
        return history(state());
    }

    private List<AuditEntry> history(LedgerState state) {
        try {
            List<AuditEntry> entries = new ArrayList<>(audit.entries());
            AuditEntry last = state.last();
            // not appended yet, or never by one who died
            if (last != null && entries.size() == last.sequence() - 1) {
                entries.add(last);
            }
            return entries;
        } catch (IOException e) {
            throw new LedgerException("%s: can not be read: %s".formatted(root.resolve(AuditFile.NAME), e), e);
        }
    }

    /** What a change brings with it on the disk; done again by the next one where somebody died before. */
    interface Effect {
        void of(AuditEntry entry) throws IOException;
    }

    AuditEntry commit(Decision decision) {
        return commit(decision, entry -> {});
    }

    /**
     * Makes one change: decided on the state as it then is, which nobody changes meanwhile.
     *
     * @param effect of an entry; of the last one before, it is made sure of first
     * @return its entry
     * @throws LedgerException where the ledger can not be read or written: where its message does not say otherwise, nothing was
     *     changed
     */
    AuditEntry commit(Decision decision, Effect effect) {
        try (LedgerLock ignored = LedgerLock.take(root)) {
            LedgerState before = state();
            audit.settle(before.last());
            if (before.last() != null) {
                effect.of(before.last());
            }
            LedgerState after = before.after(decision.on(before), clock.instant());
            AuditEntry entry = after.last();
            if (entry == null) {
                throw new IllegalStateException("a change has an entry");
            }
            replace(after);
            steps.done("aliases replaced");
            append(entry);
            steps.done("audited");
            effect.of(entry);
            return entry;
        } catch (IOException e) {
            throw new LedgerException(
                    "%s: can not be written: %s: make space, or see its permissions".formatted(root, e), e);
        }
    }

    private void append(AuditEntry entry) {
        try {
            audit.append(entry);
        } catch (IOException e) {
            // made it is: aliases.json has the entry, history shows it, and the next change begins with appending it
        }
    }

    private void replace(LedgerState state) throws IOException {
        byte[] bytes = LedgerJson.bytes(state);
        AtomicFile.write(aliases, out -> writeAll(bytes, out));
    }

    private static void writeAll(byte[] bytes, WritableByteChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    /**
     * Makes {@code aliases.json} again from the audit trail, where it is gone: for an operator, after it was damaged.
     *
     * @return the state that is there then
     * @throws LedgerException where it is there
     */
    public LedgerState repair() {
        try (LedgerLock ignored = LedgerLock.take(root)) {
            if (Files.exists(aliases)) {
                throw new LedgerException(
                        "%s: is there: move it away first, so that nothing is lost".formatted(aliases));
            }
            LedgerState state = LedgerState.EMPTY;
            for (AuditEntry entry : audit.entries()) {
                state = state.replay(entry);
            }
            if (state.last() != null) {
                replace(state);
            }
            return state;
        } catch (IOException e) {
            throw new LedgerException("%s: can not be written: %s".formatted(root, e), e);
        }
    }
}
