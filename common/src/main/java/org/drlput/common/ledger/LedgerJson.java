package org.drlput.common.ledger;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.experiment.ExperimentLoader;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's files as JSON. {@code aliases.json} is sealed: its last key is the SHA-256 of its bytes without those 64 digits, so
 * that a flipped bit does not move an alias.
 */
final class LedgerJson {
    private static final String SEAL = "sha256";
    private static final Pattern SEALED = Pattern.compile("\"" + SEAL + "\" : \"([0-9a-f]{64})\"\n}\n$");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Not the platform's line ends: the bytes are hashed. */
    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private LedgerJson() {}

    static byte[] line(AuditEntry entry) {
        try {
            return JSON.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("entry " + entry, e);
        }
    }

    static AuditEntry entry(byte[] json, String source) {
        try {
            AuditEntry entry = JSON.readValue(json, AuditEntry.class);
            if (entry == null
                    || entry.formatVersion() != AuditEntry.FORMAT_VERSION
                    || entry.sequence() < 1
                    || entry.action() == null
                    || entry.time() == null
                    || entry.actor() == null
                    || entry.reason() == null) {
                throw new LedgerException(
                        "%s: is no entry of format %d of an audit trail: a key is missing or another one"
                                .formatted(source, AuditEntry.FORMAT_VERSION));
            }
            return entry;
        } catch (IOException e) {
            throw new LedgerException("%s: is no entry of an audit trail: %s".formatted(source, cause(e)), e);
        }
    }

    static byte[] bytes(LedgerState state) {
        ObjectNode tree = JSON.valueToTree(state);
        tree.remove(SEAL);
        String hash = ExperimentLoader.sha256(text(tree.put(SEAL, "")));
        return text(tree.put(SEAL, hash));
    }

    private static byte[] text(ObjectNode tree) {
        try {
            String text = JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES))
                    .writeValueAsString(tree);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of values can be written", e);
        }
    }

    /**
     * The state in the bytes of its file.
     *
     * @throws LedgerException with what is wrong with it; without what to do
     */
    static LedgerState state(byte[] bytes) {
        try {
            JsonNode tree = JSON.readTree(bytes);
            long format = tree.path("formatVersion").asLong();
            if (format != LedgerState.FORMAT_VERSION) {
                throw new LedgerException("its formatVersion is %s, expected %d"
                        .formatted(
                                tree.path("formatVersion").isMissingNode() ? "missing" : format,
                                LedgerState.FORMAT_VERSION));
            }
            checkSeal(bytes);
            return JSON.treeToValue(tree, LedgerState.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new LedgerException("it is not what was written: " + cause(e), e);
        }
    }

    private static void checkSeal(byte[] bytes) {
        // one char per byte: positions in the text are positions in the file
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher seal = SEALED.matcher(text);
        if (!seal.find()) {
            throw new LedgerException("it does not end with its " + SEAL + ": it was cut or edited");
        }
        String bare = text.substring(0, seal.start(1)) + text.substring(seal.end(1));
        String found = ExperimentLoader.sha256(bare.getBytes(StandardCharsets.ISO_8859_1));
        if (!found.equals(seal.group(1))) {
            throw new LedgerException(
                    "its SHA-256 is %s, expected %s: it was edited or damaged".formatted(found, seal.group(1)));
        }
    }

    static @Nullable JsonNode tree(byte @Nullable [] json) {
        if (json == null || json.length == 0) {
            return null;
        }
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("is no JSON: " + cause(e), e);
        }
    }

    private static String cause(Exception e) {
        String text =
                e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
        return text.lines().findFirst().orElse(e.getClass().getSimpleName());
    }
}
