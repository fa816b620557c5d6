package org.drlput.common.log;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import net.openhft.hashing.LongHashFunction;
import org.drlput.common.experiment.Experiment.Holdout;
import org.drlput.common.feature.CategoryTable;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are held out: those with {@code xxh64(utf8(salt + requestId)) / 2^64 < share} (unsigned, seed 0), or those at
 * or after an instant. A function of the request alone, so a request never changes sides.
 *
 * <p>Integer request ids stand for their decimal text. Keeps a scratch buffer: one thread.
 */
public final class HoldoutSplit {
    private static final LongHashFunction XXH64 = LongHashFunction.xx();

    private final @Nullable Instant after;
    /** {@code hash < ceil(share * 2^64)}, unsigned, is the formula in whole numbers: exact, since share * 2^64 is. */
    private final long threshold;

    private final int saltLength;
    private byte[] text;

    public HoldoutSplit(Holdout holdout) {
        after = holdout.after();
        threshold = new BigDecimal(holdout.share())
                .multiply(BigDecimal.valueOf(2).pow(64))
                .setScale(0, RoundingMode.CEILING)
                .toBigIntegerExact()
                .longValue();
        byte[] salt = holdout.salt().getBytes(StandardCharsets.UTF_8);
        saltLength = salt.length;
        text = Arrays.copyOf(salt, saltLength + 64);
    }

    /** The hash of a request id given as UTF-8. */
    public long hash(byte[] requestId, int offset, int length) {
        if (text.length < saltLength + length) {
            text = Arrays.copyOf(text, saltLength + length * 2);
        }
        System.arraycopy(requestId, offset, text, saltLength, length);
        return XXH64.hashBytes(text, 0, saltLength + length);
    }

    public long hash(String requestId) {
        byte[] utf8 = requestId.getBytes(StandardCharsets.UTF_8);
        return hash(utf8, 0, utf8.length);
    }

    /** {@code scratch}: at least {@link CategoryTable#DECIMAL_BYTES}, overwritten. */
    public long hash(long requestId, byte[] scratch) {
        int start = CategoryTable.decimal(requestId, scratch);
        return hash(scratch, start, CategoryTable.DECIMAL_BYTES - start);
    }

    public boolean holdsOut(long hash, long eventTimeMillis) {
        return after != null ? eventTimeMillis >= after.toEpochMilli() : Long.compareUnsigned(hash, threshold) < 0;
    }
}
