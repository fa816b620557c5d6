package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.LogException;
import org.junit.jupiter.api.Test;

class ErrorBlockTest {
    @Test
    void failureTellsWhatWhereFoundExpectedAndWhatToDo() {
        Failure failure = new Failure("the run has no versions")
                .where("out/versions")
                .found("no folder")
                .expected("at least one version")
                .toDo("train longer");

        assertThat(ErrorBlock.of(failure)).isEqualTo("""
                error: the run has no versions
                  where     out/versions
                  found     no folder
                  expected  at least one version
                  to do     train longer""");
    }

    @Test
    void experimentsProblemsAreListed() {
        String block = ErrorBlock.of(thrownBy(() -> ExperimentLoader.parse("formatVersion: 1\nnme: x\n", "e.yaml")));

        assertThat(block)
                .startsWith("error: e.yaml: ")
                .contains("\n  e.yaml:2:1: nme: ")
                .contains("did you mean 'name'?")
                .endsWith("\n  to do     correct the file; every key is in docs/experiment.md");
    }

    @Test
    void innerCauseThatIsMeantForUsersIsTold() {
        Exception wrapped = new ExecutionException(new IllegalStateException(new LogException("x.csv: is broken")));

        assertThat(ErrorBlock.of(wrapped)).isEqualTo("error: x.csv: is broken");
    }

    @Test
    void filesAreNamedInWords() {
        assertThat(ErrorBlock.of(new NoSuchFileException("a/b"))).isEqualTo("error: a/b: there is no such file");
        assertThat(ErrorBlock.of(new AccessDeniedException("a/b")))
                .isEqualTo("error: a/b: access is denied: check its permissions");
        assertThat(ErrorBlock.of(new FileSystemException("a/b", null, "No space left on device")))
                .isEqualTo("error: a/b: No space left on device");
        assertThat(ErrorBlock.of(new IOException("disk quota exceeded"))).isEqualTo("error: disk quota exceeded");
    }

    @Test
    void programmingErrorNamesItsPlaceAndAsksForTheTrace() {
        Throwable bug = thrownBy(() -> {
            throw new IllegalStateException("never");
        });

        assertThat(ErrorBlock.of(bug))
                .startsWith("error: IllegalStateException: never\n  where     org.drlput.jobs.cli.ErrorBlockTest")
                .endsWith("\n  to do     run it again with --debug and report what it prints");
    }

    @Test
    void outOfMemoryTellsHowToAllowMore() {
        assertThat(ErrorBlock.of(new RuntimeException(new OutOfMemoryError("Java heap space"))))
                .contains("out of memory: a heap of ")
                .contains("(Java heap space)\n  to do     allow more heap: DRLPUT_JAVA_OPTS=-Xmx8g drlput ...");
    }

    @Test
    void stackTraceFollowsTheBlock() {
        String text = ErrorBlock.withStackTrace(new Failure("no"));

        assertThat(text).startsWith("error: no\norg.drlput.jobs.cli.Failure: no\n\tat ");
    }

    @Test
    void whatAFileHoldsCanNotSteerTheTerminal() {
        assertThat(ErrorBlock.of(new LogException("x\u001b[2J.csv\r: is\u0007 broken\n  row 1\u009b2J")))
                .isEqualTo("error: x [2J.csv\n  : is  broken\n  row 1 2J");
    }

    @Test
    void causesThatLoopAreEnded() {
        RuntimeException a = new RuntimeException("a");
        RuntimeException b = new RuntimeException("b", a);
        a.initCause(b);

        assertThat(ErrorBlock.of(a)).startsWith("error: RuntimeException: ");
    }

    private static Throwable thrownBy(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }
}
