package org.drlput.jobs.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** A command line as it was given, to be given again. */
final class CommandText {
    private CommandText() {}

    static String of(CommandSpec spec) {
        CommandSpec root = spec.root();
        List<String> arguments = root.commandLine().getParseResult().originalArgs();
        return root.name() + " " + arguments.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
    }

    /** As a POSIX shell takes it for one word. */
    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:=,@%+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
