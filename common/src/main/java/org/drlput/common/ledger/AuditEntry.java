package org.drlput.common.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit trail: who did what, when and why.
 *
 * @param sequence 1, 2, 3 ...: no number is left out
 * @param time UTC, ISO 8601
 * @param alias that was moved, or that the gate was asked for; null where none was
 * @param version that it is about: the candidate, the pinned one, the removed one; null where an alias was taken away
 * @param from where the alias stood before; null: nowhere
 * @param to where it stands since; null: nowhere
 * @param evidence of the gate, docs/versions.md; null where it was not asked
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record AuditEntry(
        int formatVersion,
        long sequence,
        String time,
        Action action,
        @Nullable String alias,
        @Nullable Long version,
        @Nullable Long from,
        @Nullable Long to,
        String actor,
        String reason,
        @Nullable JsonNode evidence) {

    static final int FORMAT_VERSION = 1;

    /** What was done. */
    public enum Action {
        /** The gate let a version pass. */
        @JsonProperty("promote")
        PROMOTE("promote"),
        /** The gate held a version: nothing was moved. */
        @JsonProperty("hold")
        HOLD("hold"),
        /** The gate would let a version pass, but nobody wants it moved by itself. */
        @JsonProperty("advise")
        ADVISE("advise"),
        /** Somebody moved an alias past the gate. */
        @JsonProperty("force")
        FORCE("force"),
        /** Back to a version that the alias stood at before. */
        @JsonProperty("rollback")
        ROLLBACK("rollback"),
        /** An alias that has no gate was moved or taken away. */
        @JsonProperty("set")
        SET("set"),
        @JsonProperty("pin")
        PIN("pin"),
        @JsonProperty("unpin")
        UNPIN("unpin"),
        /** Somebody removed a version. */
        @JsonProperty("delete")
        DELETE("delete"),
        /** Retention removed a version. */
        @JsonProperty("retire")
        RETIRE("retire");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        /** As files and commands call it. */
        public String word() {
            return word;
        }

        boolean removesVersion() {
            return this == DELETE || this == RETIRE;
        }
    }

    /** The entry as a line of JSON, without its end. */
    public byte[] toJson() {
        return LedgerJson.line(this);
    }

    /**
     * The entry in a line of the audit trail; {@code source} is what messages call it.
     *
     * @throws LedgerException where it is none
     */
    public static AuditEntry fromJson(byte[] json, String source) {
        return LedgerJson.entry(json, source);
    }
}
