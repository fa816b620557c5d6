package org.drlput.jobs.cli;

import org.drlput.common.version.Software;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options that every command has. */
final class GlobalOptions {
    private static final String DEBUG = "--debug";

    private GlobalOptions() {}

    /** To the root and all its commands; {@code --version} to the root. */
    static void addTo(CommandLine root) {
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Shows the version.")
                        .build());
        root.getCommandSpec().versionProvider(() -> new String[] {"drlput " + Software.version()});
        addHelp(root);
        addToCommands(root);
    }

    private static void addToCommands(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            addHelp(command);
            command.getCommandSpec()
                    .addOption(OptionSpec.builder(DEBUG)
                            .description("Shows the stack trace of an error.")
                            .build());
            addToCommands(command);
        }
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this help.")
                        .build());
    }

    /** Whether the command that was called, or one that it belongs to, was given the option. */
    static boolean debug(ParseResult parsed) {
        ParseResult command = parsed.subcommand();
        return command != null && (command.hasMatchedOption(DEBUG) || debug(command));
    }
}
