package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Free;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Wish;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.version.Version;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.versions.GateQuestion;
import org.drlput.jobs.versions.JudgingRows;
import org.drlput.jobs.versions.VersionStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code drlput versions promote}. */
@Command(
        name = "promote",
        header = "Asks the gate whether a version may be stable, and moves stable if it may.",
        description = {
            "",
            "The gate looks at the lower bound of the gain over exploration traffic, over the manual setting and over what is "
                    + "stable, on the same rows; at Diversity; and at the experiment's guardrails. Its rows are the hold-out of "
                    + "the run in --run or --dir, or --logs that trained none of the versions. A version that is held is exit "
                    + "code 1. --force moves stable all the same, and is recorded with its reason; never to a version that "
                    + "can not be read whole."
        },
        footer = {
            "",
            "Example: the newest version of a run, judged by its hold-out",
            "  drlput versions promote latest --dir out",
            "",
            "Example: at a server, judged by fresh logs",
            "  drlput versions promote 977 --server 127.0.0.1:7077 --logs fresh",
        })
final class VersionsPromote implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Mixin
    private VersionPlace place;

    @Option(names = "--run", paramLabel = "DIR", description = "The run whose hold-out judges; default: that in --dir.")
    private @Nullable Path run;

    @Option(
            names = "--logs",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Exploration logs that judge: files, or directories of them.")
    private List<Path> logs = List.of();

    @Option(names = "--ask-only", description = "Records the gate's decision, and moves nothing.")
    private boolean askOnly;

    @Option(names = "--force", description = "Moves stable without the gate; --reason says why.")
    private boolean force;

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            defaultValue = VersionKeeper.STABLE,
            description = "Another alias, which has no gate; default: ${DEFAULT-VALUE}.")
    private String alias;

    @Mixin
    private ChangeBy by;

    @Spec
    private CommandSpec spec;

    VersionsPromote(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (force && !by.hasReason()) {
            throw new ParameterException(
                    spec.commandLine(), "--force needs --reason: it is recorded why the gate was passed by");
        }
        if (force && askOnly) {
            throw new ParameterException(spec.commandLine(), "--force and --ask-only exclude each other");
        }
        try (VersionStore store = place.open()) {
            Listing listing = store.listing();
            long number = VersionPlace.number(version, listing);
            if (force || !alias.equals(VersionKeeper.STABLE)) {
                AliasMove.Kind kind = alias.equals(VersionKeeper.STABLE) ? new Forced(null) : new Free();
                Long stands = listing.aliases().get(alias);
                tell(store.move(new AliasMove(alias, number, stands, kind, by.who("promoted by hand"))));
                return 0;
            }
            GateQuestion.Answer answer = new GateQuestion(store, rows(store, number))
                    .ask(number, askOnly ? Wish.ADVICE : Wish.MOVE, by.who("asked by hand"));
            GateText.lines(number, GateText.summary(number, answer)).forEach(terminal::line);
            return answer.outcome().moved() || askOnly ? 0 : 1;
        }
    }

    private void tell(Outcome outcome) {
        Long from = outcome.entry().from();
        terminal.line("%-15s%s stands at version %d, it stood at %s"
                .formatted(
                        outcome.entry().action().word(), alias, outcome.entry().to(), from == null ? "none" : from));
    }

    private JudgingRows rows(VersionStore store, long number) throws IOException {
        if (!logs.isEmpty()) {
            Path versionDirectory = store.directory(number);
            Version read = Version.read(versionDirectory);
            new JudgedLogs(terminal, read.experiment(), logs).audit(versionDirectory);
            String source = "logs "
                    + String.join(", ", logs.stream().map(Path::toString).toList());
            LogBlocks blocks = LogBlocks.corrected(read.experiment(), logs, rows -> {});
            return new JudgingRows(source, read.experiment(), EvaluationScope.WHOLE_LOG, blocks);
        }
        Path directory = run != null ? run : place.directory();
        if (directory == null || !JudgingRows.in(new RunDirectory(directory))) {
            throw new Failure("there are no rows to judge version %d by".formatted(number))
                    .where(directory == null ? store.name() : directory)
                    .expected("--run with the directory of a run, or --logs that trained none of the versions")
                    .toDo("give one of them; or --force with --reason, if you know better");
        }
        return JudgingRows.holdOut(new RunDirectory(directory));
    }
}
