package org.drlput.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code drlput}: the root of all commands. */
@Command(
        name = "drlput",
        header = "Learns, per ad request, which hyperparameters a ranking utility should use.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Example: see it work on a simulated ad market, in about a minute",
            "  drlput demo --out out",
            "",
            "drlput COMMAND --help tells more of each."
        })
public final class DrlPut implements Callable<Integer> {
    /** Also what a shell reports of a process that Ctrl-C ended. */
    static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    private DrlPut() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        Logging.start(terminal);
        Interruption.tellOn(terminal);
        int code = run(terminal, args);
        Interruption.disarm();
        System.exit(code);
    }

    /** 0: done; 1: failed; 2: the command line was wrong. */
    static int run(Terminal terminal, String... args) {
        return commandLine(terminal).execute(args);
    }

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new DrlPut());
        line.addSubcommand(new DemoCommand(terminal));
        line.addSubcommand(new SimulateCommand(terminal));
        line.addSubcommand(new ValidateCommand(terminal));
        line.addSubcommand(new TrainCommand(terminal));
        line.addSubcommand(new EvaluateCommand(terminal));
        line.addSubcommand(new AblateCommand(terminal));
        line.addSubcommand(new SweepCommand(terminal));
        line.addSubcommand(new BiasCommand(terminal));
        line.addSubcommand(new CompareCommand(terminal));
        line.addSubcommand(new ActionsCommand(terminal));
        line.addSubcommand(new PowerCommand(terminal));
        line.addSubcommand(new ReportCommand(terminal));
        line.addSubcommand(new ServerCommand(terminal));
        line.addSubcommand(new SubmitCommand(terminal));
        line.addSubcommand(ClusterCommand.commandLine(terminal));
        line.addSubcommand(new ChaosCommand(terminal));
        line.addSubcommand(CapturesCommand.commandLine(terminal));
        line.addSubcommand(VersionsCommand.commandLine(terminal));
        GlobalOptions.addTo(line);
        line.setOut(new java.io.PrintWriter(terminal.out(), true));
        line.setErr(new java.io.PrintWriter(terminal.err(), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        addHeadings(line);
        line.setUsageHelpWidth(Math.max(80, Math.min(110, terminal.columns())));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(new UsageErrors(terminal));
        line.setExecutionExceptionHandler((exception, command, parsed) -> {
            terminal.error(
                    GlobalOptions.debug(parsed) ? ErrorBlock.withStackTrace(exception) : ErrorBlock.of(exception));
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    private static void addHeadings(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            command.getCommandSpec()
                    .usageMessage()
                    .optionListHeading("%nOptions:%n")
                    .parameterListHeading("%nArguments:%n");
            addHeadings(command);
        }
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "there is no command");
    }
}
