package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.drlput.common.export.ExportFormat;
import org.drlput.common.export.VersionFiles;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drlput versions export}. */
@Command(
        name = "export",
        header = "Writes a version as one file that other languages read.",
        description = {
            "",
            "onnx: a model that goes from features to hyperparameters in any ONNX runtime. arrow: an Arrow file with"
                    + " all weights, experiment and encoder. docs/export.md has inputs, outputs and metadata of both."
        },
        footer = {
            "",
            "Examples: for ONNX Runtime, and for pyarrow",
            "  drlput versions export stable --format onnx --out policy.onnx --dir out",
            "  drlput versions export 977 --format arrow --out policy.arrow --dir out"
        })
final class VersionsExport implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "onnx or arrow.")
    private ExportFormat format;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced.")
    private Path out;

    @Mixin
    private VersionPlace place;

    VersionsExport(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (Files.isDirectory(out)) {
            throw new Failure("--out: %s is a directory".formatted(out)).toDo("name a file");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new Failure("--out: there is no directory " + folder).toDo("make it, or correct the option");
        }
        try (VersionStore store = place.open()) {
            long number = VersionPlace.number(version, store.listing());
            format.write(VersionFiles.read(store.directory(number)), out);
            terminal.line("version %d as %s in %s, %s"
                    .formatted(number, format.name().toLowerCase(Locale.ROOT), out, Texts.bytes(Files.size(out))));
        }
        return 0;
    }
}
