package org.drlput.common.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import org.drlput.common.gate.GateEvidence;
import org.jspecify.annotations.Nullable;

/**
 * A move of an alias that somebody wants.
 *
 * @param version where it is to stand; null: nowhere
 * @param expected where it stands, as far as the asker knows; null: nowhere. It is moved only if that is so
 */
public record AliasMove(
        String alias, @Nullable Long version, @Nullable Long expected, Kind kind, Who who) {

    /** By which right. */
    public sealed interface Kind {}

    /** An alias that has no gate. */
    public record Free() implements Kind {}

    /** {@code stable}, on evidence. */
    public record ByGate(GateEvidence evidence, Wish wish) implements Kind {}

    /** {@code stable}, past the gate. */
    public record Forced(@Nullable JsonNode evidence) implements Kind {}

    /** Back to where it stood before. */
    public record Rollback() implements Kind {}

    /** What is wanted of the gate. */
    public enum Wish {
        MOVE,
        ADVICE
    }

    /** What came of it. */
    public record Outcome(boolean moved, AuditEntry entry) {}
}
