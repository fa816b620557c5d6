package org.drlput.common.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.drlput.common.ledger.AuditEntry.Action;
import org.drlput.common.ledger.LedgerState.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path root;

    private static Change to(long version) {
        return new Change(Action.SET, "canary", version, version, "ann", "try it", null);
    }

    private Ledger ledger() {
        return new Ledger(root, NOON);
    }

    private String text(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    @Test
    void aChangeIsInBothFiles() throws IOException {
        assertThat(ledger().state()).isEqualTo(LedgerState.EMPTY);
        ledger().commit(state -> to(5));
        AuditEntry second = ledger().commit(state -> to(7));

        assertThat(second)
                .isEqualTo(new AuditEntry(
                        1, 2, "2026-01-31T12:00:00Z", Action.SET, "canary", 7L, 5L, 7L, "ann", "try it", null));
        assertThat(ledger().state().aliases()).containsExactly(java.util.Map.entry("canary", 7L));
        assertThat(ledger().history()).extracting(AuditEntry::sequence).containsExactly(1L, 2L);
        assertThat(text(AuditFile.NAME).lines())
                .hasSize(2)
                .last()
                .isEqualTo("{\"formatVersion\":1,\"sequence\":2,\"time\":\"2026-01-31T12:00:00Z\",\"action\":\"set\","
                        + "\"alias\":\"canary\",\"version\":7,\"from\":5,\"to\":7,\"actor\":\"ann\",\"reason\":\"try it\","
                        + "\"evidence\":null}");
    }

    /** Whatever dies after which step: the move and its reason are both there, or neither. */
    @Test
    void aCrashBetweenTheFilesLosesNeitherTheMoveNorItsReason() {
        class Crash extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
        for (String step : List.of("aliases replaced", "audited")) {
            Path data = root.resolve(step);
            Ledger dying = new Ledger(data, NOON, done -> {
                if (done.equals(step)) {
                    throw new Crash();
                }
            });
            assertThatThrownBy(() -> dying.commit(state -> to(5))).isInstanceOf(Crash.class);

            Ledger next = new Ledger(data, NOON);
            assertThat(next.state().aliases()).as(step).containsEntry("canary", 5L);
            assertThat(next.history()).as(step).extracting(AuditEntry::reason).containsExactly("try it");
            next.commit(state -> to(7));
            assertThat(data.resolve(AuditFile.NAME)).as(step).content().hasLineCount(2);
            assertThat(next.history()).as(step).extracting(AuditEntry::to).containsExactly(5L, 7L);
        }
    }

    @Test
    void aLineThatWasCutShortIsWrittenOut() throws IOException {
        ledger().commit(state -> to(5));
        ledger().commit(state -> to(7));
        byte[] whole = Files.readAllBytes(root.resolve(AuditFile.NAME));
        int secondLine = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (int cut : new int[] {secondLine, secondLine + 1, whole.length - 1}) {
            Files.write(root.resolve(AuditFile.NAME), java.util.Arrays.copyOf(whole, cut));
            assertThat(ledger().history()).hasSize(2);
        }
        ledger().commit(state -> to(9));
        assertThat(text(AuditFile.NAME)).startsWith(new String(whole, StandardCharsets.UTF_8));
        assertThat(text(AuditFile.NAME).lines()).hasSize(3);
    }

    @Test
    void aDamagedFileIsNeverWrittenOver() throws IOException {
        ledger().commit(state -> to(5));
        Path aliases = root.resolve(Ledger.ALIASES);
        String good = text(Ledger.ALIASES);
        for (String bad : List.of(
                "",
                "{",
                "{}",
                good.substring(0, good.length() / 2),
                good.replace("\"canary\" : 5", "\"canary\" : 6"))) {
            Files.writeString(aliases, bad);
            assertThatThrownBy(() -> ledger().commit(state -> to(7)))
                    .as(bad)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageStartingWith(aliases + ": ")
                    .hasMessageEndingWith(
                            "nothing was changed. Restore it from a backup, or move it away and run: drlput versions repair --dir "
                                    + root);
            assertThat(text(Ledger.ALIASES)).isEqualTo(bad);
        }
        Files.writeString(aliases, good);
        assertThat(ledger().commit(state -> to(7)).sequence()).isEqualTo(2);
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        ledger().commit(state -> to(5));
        Path aliases = root.resolve(Ledger.ALIASES);
        String good = text(Ledger.ALIASES);
        Files.writeString(aliases, good.replace("\"canary\" : 5", "\"canary\" : 6"));
        assertThatThrownBy(() -> ledger().state())
                .hasMessageContaining(": it was edited or damaged: nothing was changed");
        Files.writeString(
                aliases,
                good.replace("\"formatVersion\" : 1,\n  \"sequence\"", "\"formatVersion\" : 2,\n  \"sequence\""));
        assertThatThrownBy(() -> ledger().state()).hasMessageContaining("its formatVersion is 2, expected 1");
        Files.delete(aliases);
        assertThatThrownBy(() -> ledger().state()).hasMessageContaining("it is gone, while audit.jsonl has entries");
    }

    @Test
    void repairMakesTheAliasesFromTheTrail() throws IOException {
        ledger().commit(state -> to(5));
        ledger().commit(state -> new Change(Action.PIN, null, 5L, null, "ann", "keep", null));
        LedgerState before = ledger().state();
        assertThatThrownBy(() -> ledger().repair())
                .hasMessageEndingWith("aliases.json: is there: move it away first, so that nothing is lost");
        Files.delete(root.resolve(Ledger.ALIASES));
        assertThat(ledger().repair()).isEqualTo(before);
        assertThat(ledger().state()).isEqualTo(before);
    }

    @Test
    void missingLinesAreNotPaperedOver() throws IOException {
        ledger().commit(state -> to(5));
        ledger().commit(state -> to(7));
        ledger().commit(state -> to(9));
        List<String> lines = text(AuditFile.NAME).lines().toList();
        Files.writeString(root.resolve(AuditFile.NAME), lines.get(0) + "\n");
        assertThatThrownBy(() -> ledger().commit(state -> to(11)))
                .hasMessageContaining(
                        "audit.jsonl: has 1 whole lines, aliases.json stands at change 3: restore the file");
        Files.writeString(root.resolve(AuditFile.NAME), lines.get(0) + "\n" + lines.get(2) + "\n");
        assertThatThrownBy(() -> ledger().commit(state -> to(11)))
                .hasMessageContaining("audit.jsonl, line 2: has sequence 3, expected 2: lines are missing");
        Files.writeString(
                root.resolve(AuditFile.NAME), text(AuditFile.NAME) + "rubbish", StandardOpenOption.TRUNCATE_EXISTING);
        assertThatThrownBy(() -> ledger().commit(state -> to(11))).isInstanceOf(LedgerException.class);
    }

    /** Each increments by one, by compare-and-swap: none is lost, none done twice. */
    @Test
    void changesOfManyThreadsAreMadeOneByOne() throws Exception {
        int threads = 4;
        int each = 15;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<Void>> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Callable<Void> work = () -> {
                for (int i = 0; i < each; i++) {
                    new Ledger(root, NOON).commit(state -> to(state.aliases().getOrDefault("canary", 0L) + 1));
                }
                return null;
            };
            all.add(pool.submit(work));
        }
        for (Future<Void> one : all) {
            one.get(120, TimeUnit.SECONDS);
        }
        pool.shutdown();
        assertThat(ledger().state().aliases()).containsEntry("canary", (long) threads * each);
        assertThat(ledger().history())
                .extracting(AuditEntry::to)
                .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(1, (long) threads * each)
                        .boxed()
                        .toList());
    }
}
