package org.drlput.server.shard;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cuts of one generation in one shard, and who waits for their captures.
 *
 * <pre>
 *            learnt            at the cut              written
 *   UNKNOWN --------> AWAITED ------------> COPIED -------------> DURABLE
 *                        ^       dropped: |   | failed
 *                        |                v   v
 *                        +-- asked for -- LOST      whoever waits is declined at once
 * </pre>
 */
final class Captures {
    private record Question(long call, Keep keep) {}

    /** A cut that this shard knows of. */
    private static final class Cut {
        CutState state = CutState.AWAITED;
        /** COPIED, and not yet handed out to be written. */
        @Nullable
        CaptureCopy copy;

        /** Handed out: what it promises. */
        List<StagedPart> staged = List.of();

        @Nullable
        DurableCapture capture;

        final List<Question> questions = new ArrayList<>();
    }

    private final ShardRules rules;
    private final ShardEffects effects;
    private final TreeMap<CaptureKey, Cut> cuts = new TreeMap<>();
    /** Copies that are not durable; each is a shard's whole state in memory. */
    private int unwritten;

    private String warning = "";

    Captures(ShardRules rules, ShardEffects effects) {
        this.rules = rules;
        this.effects = effects;
    }

    private CutState state(CaptureKey key) {
        Cut cut = cuts.get(key);
        return cut == null ? CutState.UNKNOWN : cut.state;
    }

    /** A push carries this cut. */
    void learn(CaptureKey key, boolean past) {
        if (rules.pushTakes(state(key), past)) {
            await(key);
        }
    }

    private Cut await(CaptureKey key) {
        Cut cut = cuts.computeIfAbsent(key, k -> new Cut());
        cut.state = CutState.AWAITED;
        return cut;
    }

    /** Somebody asks for this cut's capture. */
    void ask(long call, CaptureKey key, Keep keep, boolean past) {
        Question question = new Question(call, keep);
        if (rules.questionTakes(state(key), past)) {
            await(key).questions.add(question);
            return;
        }
        Cut cut = cuts.get(key);
        if (cut == null) {
            effects.captureDeclined(
                    call, "capture %s: this shard was not told of the cut before it went on".formatted(key.name()));
        } else if (cut.state == CutState.LOST) {
            effects.captureDeclined(
                    call,
                    "capture %s: was dropped, or its write failed, and the shard has gone on since"
                            .formatted(key.name()));
        } else if (cut.capture != null) {
            effects.captureDurable(call, cut.capture, keep);
        } else {
            cut.questions.add(question);
        }
    }

    void cancel(long call) {
        cuts.values().forEach(cut -> cut.questions.removeIf(question -> question.call() == call));
    }

    /** The least boundary at or after a step that a copy is awaited at; {@link Long#MAX_VALUE}: none. */
    long nextBoundary(long step) {
        long next = Long.MAX_VALUE;
        for (Map.Entry<CaptureKey, Cut> cut : cuts.entrySet()) {
            long boundary = cut.getKey().boundary();
            if (cut.getValue().state == CutState.AWAITED && boundary >= step) {
                next = Math.min(next, boundary);
            }
        }
        return next;
    }

    /** The shard stands at this step with nothing later applied: takes, or drops, the copies that are awaited here. */
    void take(long step, Function<CaptureKey, CaptureCopy> copier) {
        for (Map.Entry<CaptureKey, Cut> entry : cuts.entrySet()) {
            Cut cut = entry.getValue();
            if (cut.state == CutState.AWAITED && entry.getKey().boundary() == step) {
                if (rules.roomForCapture(unwritten)) {
                    unwritten++;
                    cut.state = CutState.COPIED;
                    cut.copy = copier.apply(entry.getKey());
                } else {
                    lose(
                            cut,
                            "capture %s: dropped, since %d before it are not written yet: the disk is too slow for the checkpoints' interval"
                                    .formatted(entry.getKey().name(), unwritten));
                }
            }
        }
    }

    /** Hands out copies of which all parts of versions are durable. */
    void write(Versions versions) {
        for (Cut cut : cuts.values()) {
            CaptureCopy copy = cut.copy;
            if (copy != null && rules.mayWrite(versions.unwrittenUpTo(copy.key().boundary()))) {
                cut.copy = null;
                cut.staged = versions.stagedUpTo(copy.key().boundary());
                effects.writeCapture(copy.withStaged(cut.staged));
            }
        }
    }

    boolean written(CaptureKey key, String sha256, long bytes) {
        Cut cut = cuts.get(key);
        if (cut == null || cut.state != CutState.COPIED) {
            return false;
        }
        DurableCapture capture = new DurableCapture(key, sha256, bytes, cut.staged);
        unwritten--;
        warning = "";
        cut.state = CutState.DURABLE;
        cut.capture = capture;
        cut.questions.forEach(question -> effects.captureDurable(question.call(), capture, question.keep()));
        cut.questions.clear();
        return true;
    }

    boolean failed(CaptureKey key, String why) {
        Cut cut = cuts.get(key);
        if (cut == null || cut.state != CutState.COPIED) {
            return false;
        }
        unwritten--;
        warning = why;
        lose(cut, why);
        return true;
    }

    private void lose(Cut cut, String why) {
        cut.state = CutState.LOST;
        cut.questions.forEach(question -> effects.captureDeclined(question.call(), why));
        cut.questions.clear();
    }

    /** Forgets what nobody asks for any more: what is older than a completed checkpoint's. */
    void forget(CaptureKey completed) {
        for (Iterator<Map.Entry<CaptureKey, Cut>> all = cuts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<CaptureKey, Cut> cut = all.next();
            CutState state = cut.getValue().state;
            if (cut.getKey().compareTo(completed) < 0 && (state == CutState.LOST || state == CutState.DURABLE)) {
                all.remove();
            }
        }
    }

    void decline(String why) {
        for (Cut cut : cuts.values()) {
            cut.questions.forEach(question -> effects.captureDeclined(question.call(), why));
            cut.questions.clear();
        }
    }

    List<CaptureKey> durable() {
        return cuts.entrySet().stream()
                .filter(cut -> cut.getValue().state == CutState.DURABLE)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Why the newest capture could not be written; empty: it could. */
    String warning() {
        return warning;
    }
}
