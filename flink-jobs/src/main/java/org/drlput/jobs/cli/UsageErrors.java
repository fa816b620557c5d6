package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.drlput.common.experiment.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that can not be understood: one block on the error stream, exit code 2. */
final class UsageErrors implements IParameterExceptionHandler {
    private final Terminal terminal;

    UsageErrors(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        List<String> lines = new ArrayList<>();
        lines.add("error: %s: %s".formatted(name, text(failure)));
        lines.add("  " + Failure.detailLine("expected", synopsis(command)));
        lines.add("  " + Failure.detailLine("to do", name + " --help shows all options and an example"));
        terminal.error(ErrorBlock.printable(String.join("\n", lines)));
        return CommandLine.ExitCode.USAGE;
    }

    private static String text(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (failure instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing(missing);
        }
        String message = Objects.requireNonNullElse(failure.getMessage(), "can not be understood");
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String missing(MissingParameterException failure) {
        List<String> names =
                failure.getMissing().stream().map(UsageErrors::name).toList();
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        return message.contains("parameter for option")
                ? "%s needs a value, %s"
                        .formatted(names.get(0), failure.getMissing().get(0).paramLabel())
                : "missing " + String.join(", ", names);
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String unmatched(UnmatchedArgumentException failure) {
        CommandSpec spec = failure.getCommandLine().getCommandSpec();
        String found = failure.getUnmatched().get(0);
        if (found.startsWith("-")) {
            String option = found.contains("=") ? found.substring(0, found.indexOf('=')) : found;
            List<String> known = spec.options().stream()
                    .flatMap(o -> List.of(o.names()).stream())
                    .filter(n -> n.startsWith("--"))
                    .toList();
            return "there is no option '%s'%s".formatted(option, Nearest.hint(option, known));
        }
        if (!spec.subcommands().isEmpty()) {
            return "there is no command '%s'%s"
                    .formatted(found, Nearest.hint(found, spec.subcommands().keySet()));
        }
        return "'%s' is one argument too many".formatted(found);
    }

    private static String synopsis(CommandLine command) {
        if (!command.getSubcommands().isEmpty()) {
            return "one of the commands "
                    + String.join(", ", command.getSubcommands().keySet());
        }
        return command.getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
    }
}
