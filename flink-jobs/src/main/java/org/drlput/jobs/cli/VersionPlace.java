package org.drlput.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.jobs.versions.VersionStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say where versions are. */
final class VersionPlace {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The directory of a run, or a parameter server's data directory.")
    private @Nullable Path directory;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description = "Any shard of a parameter server.")
    private @Nullable String server;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Null where it is a server. */
    @Nullable
    Path directory() {
        return directory;
    }

    /** As a command line names it. */
    String option() {
        return directory != null ? "--dir " + directory : "--server " + server;
    }

    VersionStore open() {
        Path dir = directory;
        String address = server;
        if (dir != null && address == null) {
            if (!Files.isDirectory(dir)) {
                throw new Failure("--dir: there is no directory " + dir).toDo("correct the option");
            }
            return VersionStore.of(dir);
        }
        if (dir == null && address != null) {
            return VersionStore.at(address);
        }
        throw new ParameterException(
                spec.commandLine(),
                dir == null
                        ? "missing --dir or --server: where are the versions?"
                        : "--dir and --server exclude each other: the versions are in one place");
    }

    /** The number that somebody means: itself, or where an alias stands. */
    static long number(String text, Listing listing) {
        if (text.matches("\\d{1,12}")) {
            return Long.parseLong(text);
        }
        Long version = listing.aliases().get(text);
        if (version == null) {
            throw new Failure("there is no version '%s'".formatted(text))
                    .expected("a number"
                            + (listing.aliases().isEmpty()
                                    ? ""
                                    : ", or one of the aliases "
                                            + String.join(
                                                    ", ", listing.aliases().keySet())))
                    .toDo("drlput versions list shows what there is");
        }
        return version;
    }
}
