package org.drlput.server.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.publish.Staging;
import org.drlput.server.publish.Staging.Staged;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.StagedPart;
import org.jspecify.annotations.Nullable;

/**
 * Finds what nothing can go back to any more: captures on which no checkpoint stands, pinned ones too, and parts of versions that are
 * published or that no capture names. May be used while the servers serve: what is younger than every checkpoint of its run stays.
 */
public final class CaptureCleaner {
    private final CaptureStore store;
    private final Staging staging;
    private final VersionRegistry registry;

    public CaptureCleaner(Path data) {
        this.store = new CaptureStore(data);
        this.staging = new Staging(data);
        this.registry = new VersionRegistry(data);
    }

    /** What happens to captures of runs of which there is no checkpoint. */
    public enum OtherRuns {
        KEEP,
        REMOVE
    }

    /**
     * What is to become of one folder.
     *
     * @param removed whether it goes
     * @param why for people
     */
    public record Decision(Path folder, boolean removed, String why) {}

    /**
     * Looks and decides; changes nothing.
     *
     * @param needed per capture, which checkpoint or savepoint stands on it, in words
     */
    public List<Decision> decide(Map<CaptureKey, String> needed, OtherRuns others) throws IOException {
        List<Decision> decisions = new ArrayList<>();
        Set<String> runs = new TreeSet<>(store.runs());
        runs.addAll(staging.runs());
        for (String run : runs) {
            CaptureKey newest = needed.keySet().stream()
                    .filter(key -> key.run().equals(run))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
            if (newest == null && others == OtherRuns.KEEP) {
                decisions.add(new Decision(
                        store.folder(run),
                        false,
                        "none of the checkpoints is of this run: it may have others elsewhere"));
            } else {
                decideRun(run, newest, needed, decisions);
            }
        }
        return decisions;
    }

    private void decideRun(
            String run, @Nullable CaptureKey newest, Map<CaptureKey, String> needed, List<Decision> decisions)
            throws IOException {
        List<CaptureKey> kept = new ArrayList<>();
        for (CaptureKey key : store.all(run)) {
            String by = needed.get(key);
            if (by != null) {
                kept.add(key);
                decisions.add(new Decision(store.folder(key), false, by + " stands on it"));
            } else if (newest != null && key.compareTo(newest) > 0) {
                kept.add(key);
                decisions.add(new Decision(
                        store.folder(key), false, "younger than every checkpoint: one may be under way on it"));
            } else {
                decisions.add(new Decision(store.folder(key), true, "no checkpoint stands on it"));
            }
        }
        decideStaged(run, kept, decisions);
    }

    private void decideStaged(String run, List<CaptureKey> kept, List<Decision> decisions) throws IOException {
        Set<Long> published = new HashSet<>(registry.everPublished());
        Set<Staged> named = new HashSet<>();
        long base = 0;
        for (CaptureKey key : kept) {
            for (CaptureHeader header : headers(key)) {
                base = header.baseVersion();
                for (StagedPart part : header.staged()) {
                    named.add(new Staged(run, part.version(), part.generation()));
                }
            }
        }
        CaptureKey newest = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        for (Staged staged : staging.list(run)) {
            CaptureKey at = new CaptureKey(run, staged.generation(), staged.version() - base);
            if (published.contains(staged.version())) {
                decisions.add(new Decision(
                        staging.folder(staged), true, "version %d is published".formatted(staged.version())));
            } else if (!named.contains(staged) && (newest == null || at.compareTo(newest) <= 0)) {
                decisions.add(new Decision(staging.folder(staged), true, "no capture that stays names it"));
            }
        }
    }

    private List<CaptureHeader> headers(CaptureKey key) throws IOException {
        List<CaptureHeader> headers = new ArrayList<>();
        CaptureStore.Parts parts = store.parts(key);
        for (int shard : parts.shards()) {
            Path file = store.folder(key).resolve(CaptureFile.name(shard, parts.shardCount()));
            try {
                CaptureFile.read(file, key, shard, parts.shardCount(), CaptureFile.headersTo(headers::add));
            } catch (CaptureException e) {
                throw new IOException(
                        "%s: what it needs is not known, so nothing of its run can be removed"
                                .formatted(e.getMessage()),
                        e);
            }
        }
        return headers;
    }

    /** Carries out what was decided. */
    public void remove(List<Decision> decisions) throws IOException {
        for (Decision decision : decisions) {
            if (decision.removed() && Files.isDirectory(decision.folder())) {
                PathUtils.deleteDirectory(decision.folder());
            }
        }
    }
}
