package org.drlput.server.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.capture.CaptureStore.Parts;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.RefusedMicroBatch;
import org.drlput.server.shard.StagedPart;
import org.jspecify.annotations.Nullable;

/**
 * Reads the captures that generations begin with: all parts, however many shards wrote them and however many there are now. Reads
 * them twice, first for the seals: nothing of a damaged part is used.
 */
public final class CaptureLoader {
    private final CaptureStore store;
    private final ShardLayout layout;
    private final int shard;

    /** @param layout that the shard has now */
    public CaptureLoader(CaptureStore store, ShardLayout layout, int shard) {
        this.store = store;
        this.layout = layout;
        this.shard = shard;
    }

    /**
     * What a capture holds beside weights and optimizer; the same for all shards.
     *
     * @param staged of all parts together
     */
    public record Restored(
            long baseVersion, long updates, Metrics totals, List<RefusedMicroBatch> refused, List<StagedPart> staged) {}

    /**
     * Fills the shard's arrays with the state at a cut.
     *
     * @param opening of the new generation, which names the capture
     * @param tensors the whole ones
     * @param weights the shard's rows of each
     * @param state of the optimizer, live
     * @throws CaptureException which also names the newest older capture that is whole, if there is one; nothing is to be used then
     * @throws IOException where folder or files can not be reached: the same capture may be there later
     */
    public Restored load(
            Opening opening, CaptureKey key, List<TensorSpec> tensors, Parameters weights, List<Optimizer.State> state)
            throws CaptureException, IOException {
        Path captures = store.folder(key.run());
        if (Files.exists(captures) && !Files.isDirectory(captures)) {
            throw new NotDirectoryException(captures.toString());
        }
        try {
            Parts parts = require(key);
            RestoredTensors into = new RestoredTensors(layout, shard, tensors, weights, state);
            List<CaptureHeader> headers = new ArrayList<>();
            for (int part = 0; part < parts.shardCount(); part++) {
                var file = store.folder(key).resolve(CaptureFile.name(part, parts.shardCount()));
                CaptureFile.read(file, key, part, parts.shardCount(), new CaptureFile.Content() {
                    @Override
                    public void header(CaptureHeader header) throws CaptureException {
                        CaptureFile.requireSame(
                                file, "experiment", header.experimentSha256(), opening.experimentSha256());
                        CaptureFile.requireSame(
                                file, "first pass over the logs", header.firstPassSha256(), opening.firstPassSha256());
                        CaptureFile.requireSame(file, "kernel", header.kernel(), opening.kernel());
                        if (!headers.isEmpty()) {
                            CaptureHeader first = headers.get(0);
                            CaptureFile.requireSame(file, "base version", header.baseVersion(), first.baseVersion());
                            CaptureFile.requireSame(file, "updates", header.updates(), first.updates());
                            CaptureFile.requireSame(file, "rows", header.totals().rows, first.totals().rows);
                        }
                        headers.add(header);
                    }

                    @Override
                    public void piece(org.drlput.common.version.TensorPieces.Piece piece) throws CaptureException {
                        into.accept(file, piece);
                    }
                });
            }
            into.requireWhole(store.folder(key));
            CaptureHeader first = headers.get(0);
            return new Restored(first.baseVersion(), first.updates(), first.totals(), first.refused(), staged(headers));
        } catch (CaptureException e) {
            throw new CaptureException(
                    "capture %s of run %s: %s: %s".formatted(key.name(), key.run(), e.getMessage(), older(key)), e);
        }
    }

    private Parts require(CaptureKey key) throws IOException, CaptureException {
        Parts parts = store.parts(key);
        if (parts.shardCount() == 0) {
            throw new CaptureException("%s: there is none: was it removed?".formatted(store.folder(key)));
        }
        if (!parts.others().isEmpty()) {
            throw new CaptureException("%s: %s beside parts of %d shards: two captures are mixed"
                    .formatted(store.folder(key), parts.others(), parts.shardCount()));
        }
        if (!parts.whole()) {
            throw new CaptureException("%s: %s missing: was it removed?".formatted(store.folder(key), parts.missing()));
        }
        return parts;
    }

    private static List<StagedPart> staged(List<CaptureHeader> headers) {
        Set<StagedPart> all = new LinkedHashSet<>();
        headers.forEach(header -> all.addAll(header.staged()));
        return all.stream()
                .sorted(Comparator.comparingLong(StagedPart::version).thenComparingInt(StagedPart::shard))
                .toList();
    }

    /** What can be done in place of a capture that can not be used. */
    private String older(CaptureKey key) {
        CaptureKey whole = newestWholeBefore(key);
        return whole == null
                ? "no older capture of this run is whole: begin a new run"
                : "it is not used; the newest older one that is whole is %s: to go back to it, restore a checkpoint that stands on it"
                        .formatted(whole.name());
    }

    private @Nullable CaptureKey newestWholeBefore(CaptureKey key) {
        try {
            List<CaptureKey> keys = new ArrayList<>(store.whole(key.run()));
            Collections.reverse(keys);
            for (CaptureKey candidate : keys) {
                if (candidate.compareTo(key) < 0 && sealsAreWhole(candidate)) {
                    return candidate;
                }
            }
        } catch (IOException e) {
            // then none can be offered
        }
        return null;
    }

    private boolean sealsAreWhole(CaptureKey key) throws IOException {
        Parts parts = store.parts(key);
        try {
            for (int part = 0; part < parts.shardCount(); part++) {
                var file = store.folder(key).resolve(CaptureFile.name(part, parts.shardCount()));
                CaptureFile.read(file, key, part, parts.shardCount(), CaptureFile.headersTo(header -> {}));
            }
            return true;
        } catch (CaptureException e) {
            return false;
        }
    }
}
