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
        for (CommandLine command : root.getSubcommands().values()) {
            addHelp(command);
            command.getCommandSpec()
                    .addOption(OptionSpec.builder(DEBUG)
                            .description("Shows the stack trace of an error.")
                            .build());
        }
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this help.")
                        .build());
    }

    static boolean debug(ParseResult command) {
        return command.hasMatchedOption(DEBUG);
    }
}
