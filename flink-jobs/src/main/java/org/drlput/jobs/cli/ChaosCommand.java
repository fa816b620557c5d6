package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.jobs.chaos.Chaos;
import org.drlput.jobs.chaos.ChaosSettings;
import org.drlput.jobs.chaos.FaultKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code drlput chaos}: breaks a cluster while it trains, and checks that it did not matter. */
@Command(
        name = "chaos",
        header = "Breaks a cluster of this machine while it trains, and checks that it did not matter.",
        description = {
            "",
            "Kills, freezes, cuts, fills and flips at seeded moments, in one run after the other. After each: the weights of an "
                    + "undisturbed run (mode step), every row counted exactly once by what it left in the weights, every "
                    + "version whole, no file and no process left. Interrupted, it goes on where it was. Exit code 0 only "
                    + "if everything held; RELIABILITY.md tells how to read it."
        },
        footer = {"", "Example: forty faults of all kinds", "  drlput chaos --faults 40 --seed 1"})
final class ChaosCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--faults",
            required = true,
            paramLabel = "N",
            converter = WholeNumber.Index.class,
            description = "How many, in all runs together.")
    private int faults;

    @Option(
            names = "--seed",
            required = true,
            paramLabel = "S",
            converter = WholeNumber.class,
            description = "Of kinds, targets and moments, and of the training.")
    private long seed;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            converter = Kind.class,
            description = "These kinds alone; default: all that this machine permits.")
    private List<FaultKind> only = List.of();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "step",
            converter = Mode.class,
            description = "step, bounded or async; default: ${DEFAULT-VALUE}.")
    private String mode;

    @Option(
            names = "--runs",
            paramLabel = "R",
            defaultValue = "1",
            converter = WholeNumber.Few.class,
            description = "At least so many runs; default: as many as the faults need.")
    private int runs;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "160000",
            converter = WholeNumber.Index.class,
            description = "Logged requests of each run; default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "chaos",
            description = "Where cluster, runs and journal lie; default: ${DEFAULT-VALUE}.")
    private Path dir;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "7270",
            converter = WholeNumber.Port.class,
            description = "The cluster's first port; default: ${DEFAULT-VALUE}.")
    private int port;

    ChaosCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(dir);
        try (Logging ignored = Logging.toDirectory(dir)) {
            ChaosSettings settings = new ChaosSettings(dir, faults, runs, seed, only, mode, rows, port);
            return new Chaos(settings, terminal::line).run() ? 0 : 1;
        }
    }

    /** A kind of fault by its name. */
    static final class Kind implements ITypeConverter<FaultKind> {
        @Override
        public FaultKind convert(String value) {
            for (FaultKind kind : FaultKind.values()) {
                if (kind.toString().equals(value)) {
                    return kind;
                }
            }
            throw new TypeConversionException(
                    "found '%s', expected one of %s".formatted(value, String.join(", ", FaultKind.names())));
        }
    }

    /** How training goes on, as in the experiment file. */
    static final class Mode implements ITypeConverter<String> {
        private static final List<String> MODES = List.of("step", "bounded", "async");

        @Override
        public String convert(String value) {
            if (!MODES.contains(value)) {
                throw new TypeConversionException(
                        "found '%s', expected one of %s".formatted(value, String.join(", ", MODES)));
            }
            return value;
        }
    }
}
