package org.drlput.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code drlput versions}: which policies there are, which one is served, and who decided that. */
@Command(
        name = "versions",
        header = "Shows versions, promotes them through the gate, rolls back, and tells who did what why.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = {"", "Ad servers follow the alias stable. docs/versions.md says how it moves."},
        footer = {
            "",
            "Example: what there is, then back to the version before",
            "  drlput versions list --server 127.0.0.1:7077",
            "  drlput versions rollback --server 127.0.0.1:7077 --reason \"long clicks fell\""
        })
final class VersionsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private VersionsCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new VersionsCommand());
        line.addSubcommand(new VersionsList(terminal));
        line.addSubcommand(new VersionsShow(terminal));
        line.addSubcommand(new VersionsPromote(terminal));
        line.addSubcommand(new VersionsRollback(terminal));
        line.addSubcommand(new VersionsHistory(terminal));
        line.addSubcommand(new VersionsPin(terminal));
        line.addSubcommand(new VersionsUnpin(terminal));
        line.addSubcommand(new VersionsDelete(terminal));
        line.addSubcommand(new VersionsExport(terminal));
        line.addSubcommand(new VersionsRepair(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "there is no command");
    }
}
