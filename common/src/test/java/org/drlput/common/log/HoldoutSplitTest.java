package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.drlput.common.experiment.Experiment.Holdout;
import org.junit.jupiter.api.Test;

class HoldoutSplitTest {
    private static HoldoutSplit split(double share, String salt) {
        return new HoldoutSplit(new Holdout(share, salt, 100, null));
    }

    /** Reference values of xxh64 with seed 0, from the xxHash project's test vectors and command line tool. */
    @Test
    void theHashIsXxh64OfSaltAndId() {
        assertThat(split(0.1, "").hash("")).isEqualTo(0xef46db3751d8e999L);
        assertThat(split(0.1, "").hash("a")).isEqualTo(0xd24ec4f1a98c6e5bL);
        assertThat(split(0.1, "a").hash("bc")).isEqualTo(0x44bc2cf5ad770999L);
        assertThat(split(0.1, "Nobody inspects").hash(" the spammish repetition"))
                .isEqualTo(0xfbcea83c8a378bf1L);
    }

    @Test
    void integerIdsAreHashedAsTheirDecimalText() {
        HoldoutSplit split = split(0.1, "salt");
        for (long id : new long[] {0, 7, -7, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(split.hash(id, new byte[20])).isEqualTo(split.hash(Long.toString(id)));
        }
    }

    @Test
    void theSplitIsThePublishedFormula() {
        for (double share : new double[] {0, 0.1, 0.5, 1.0 / 3, 0.9}) {
            HoldoutSplit split = split(share, "holdout");
            for (int i = 0; i < 2000; i++) {
                long hash = split.hash("request-" + i);
                BigInteger unsigned = new BigInteger(Long.toUnsignedString(hash));
                boolean expected = new BigDecimal(unsigned)
                                .compareTo(new BigDecimal(share).multiply(new BigDecimal(BigInteger.ONE.shiftLeft(64))))
                        < 0;
                assertThat(split.holdsOut(hash, 0)).isEqualTo(expected);
            }
        }
    }

    @Test
    void theShareIsKept() {
        HoldoutSplit split = split(0.1, "holdout");
        int held = 0;
        for (int i = 0; i < 100_000; i++) {
            held += split.holdsOut(split.hash("r" + i), 0) ? 1 : 0;
        }
        // binomial, 6 standard deviations: 6 * sqrt(100000 * 0.1 * 0.9) = 569
        assertThat(held).isBetween(9_431, 10_569);
    }

    @Test
    void byTimeEverythingAtOrAfterTheInstantIsHeldOut() {
        Instant after = Instant.parse("2026-01-31T00:00:00Z");
        HoldoutSplit split = new HoldoutSplit(new Holdout(0.1, "holdout", 100, after));

        assertThat(split.holdsOut(0, after.toEpochMilli() - 1)).isFalse();
        assertThat(split.holdsOut(-1, after.toEpochMilli())).isTrue();
    }

    @Test
    void longIdsGrowTheScratch() {
        HoldoutSplit split = split(0.1, "s");
        String id = "x".repeat(1000);

        assertThat(split.hash(id)).isEqualTo(split(0.1, "").hash("s" + id));
    }
}
