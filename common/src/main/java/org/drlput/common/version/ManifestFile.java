package org.drlput.common.version;

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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.experiment.ExperimentLoader;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json}: a manifest, sealed.
 *
 * <p>The manifest holds the checksums of all other files; its own is its last key, {@code manifestSha256}: the SHA-256 of this
 * file's bytes without those 64 digits.
 */
public final class ManifestFile {
    public static final String NAME = "manifest.json";

    /** No manifest is longer, whatever it is that has its name. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int FORMAT_VERSION = 1;
    private static final String SEAL = "manifestSha256";
    private static final Pattern SEALED = Pattern.compile("\"" + SEAL + "\" : \"([0-9a-f]{64})\"\n}\n$");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FILE_NAME = Pattern.compile("encoder\\.arrow|weights-\\d{1,6}\\.arrow");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Not the platform's line ends: the bytes are hashed. */
    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private ManifestFile() {}

    /** The file's bytes; the same for the same manifest. */
    public static byte[] bytes(Manifest manifest) {
        ObjectNode tree = JSON.valueToTree(manifest);
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

    /** The manifest in a version's directory. */
    public static Manifest read(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new VersionException("%s: has %d bytes, expected a manifest of at most %d"
                        .formatted(file, Files.size(file), MAX_BYTES));
            }
            return parse(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new VersionException(
                    "%s: is missing, expected the manifest of a version: give the directory of a published version"
                            .formatted(file),
                    e);
        } catch (IOException e) {
            throw new VersionException("%s: can not be read: %s".formatted(file, e), e);
        }
    }

    /** The manifest in the bytes of its file; {@code source} is what messages call it. */
    public static Manifest parse(byte[] bytes, String source) {
        JsonNode tree;
        try {
            tree = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new VersionException(
                    "%s: is not JSON: %s: fetch the version again".formatted(source, ArrowFiles.cause(e)), e);
        }
        JsonNode formatVersion = tree.path("formatVersion");
        if (!formatVersion.isIntegralNumber()) {
            throw new VersionException("%s: has no formatVersion, expected a manifest".formatted(source));
        } else if (formatVersion.asLong() != FORMAT_VERSION) {
            throw new VersionException("%s: formatVersion is %s, expected %d: this version is of another DRL-PUT"
                    .formatted(source, formatVersion.asText(), FORMAT_VERSION));
        }
        checkSeal(bytes, source);
        try {
            return checked(JSON.treeToValue(tree, Manifest.class), source);
        } catch (JsonProcessingException e) {
            throw new VersionException("%s: is no manifest: %s".formatted(source, e.getOriginalMessage()), e);
        }
    }

    private static void checkSeal(byte[] bytes, String source) {
        // one char per byte: positions in the text are positions in the file
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher seal = SEALED.matcher(text);
        if (!seal.find()) {
            throw new VersionException("%s: does not end with its %s: it was cut or edited: fetch the version again"
                    .formatted(source, SEAL));
        }
        String bare = text.substring(0, seal.start(1)) + text.substring(seal.end(1));
        String found = ExperimentLoader.sha256(bare.getBytes(StandardCharsets.ISO_8859_1));
        if (!found.equals(seal.group(1))) {
            throw new VersionException("%s: its SHA-256 is %s, expected %s: it was changed: fetch the version again"
                    .formatted(source, found, seal.group(1)));
        }
    }

    /** What Jackson lets pass: absent keys, and file names that lead elsewhere. */
    private static Manifest checked(Manifest m, String source) {
        List<String> problems = new ArrayList<>();
        require(m.version() >= 0 && m.step() >= 0, "version or step is negative", problems);
        require(m.run() != null && m.kernel() != null && m.software() != null, "a key is missing", problems);
        require(m.rows() != null && m.files() != null, "rows or files are missing", problems);
        require(isSha256(m.experimentSha256()), "experimentSha256 is no SHA-256", problems);
        require(isSha256(m.weightsSha256()), "weightsSha256 is no SHA-256", problems);
        if (problems.isEmpty()) {
            checkFiles(m.files(), problems);
        }
        if (!problems.isEmpty()) {
            throw new VersionException(
                    problems.stream()
                            .map(problem -> "%s: is no manifest: %s".formatted(source, problem))
                            .toList(),
                    null);
        }
        return m;
    }

    private static void checkFiles(List<Manifest.File> files, List<String> problems) {
        Set<String> names = new HashSet<>();
        for (Manifest.File file : files) {
            boolean whole = file != null
                    && file.name() != null
                    && FILE_NAME.matcher(file.name()).matches()
                    && file.bytes() >= 0
                    && isSha256(file.sha256());
            require(whole, "file %s is none of a version".formatted(file), problems);
            require(!whole || names.add(file.name()), "file %s is named twice".formatted(file), problems);
        }
        require(names.remove(EncoderFile.NAME), "it names no " + EncoderFile.NAME, problems);
        require(!names.isEmpty(), "it names no weights file", problems);
    }

    private static boolean isSha256(@Nullable String text) {
        return text != null && SHA256.matcher(text).matches();
    }

    private static void require(boolean condition, String problem, List<String> problems) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
