package org.drlput.jobs.train;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Names of runs: ULIDs, 26 letters and digits that sort by time of creation.
 *
 * <p>Source: the ULID specification, github.com/ulid/spec: 48 bits of milliseconds, 80 random bits, Crockford's base 32.
 */
final class RunId {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;

    private RunId() {}

    static String create(Clock clock, SecureRandom random) {
        char[] text = new char[TIME_DIGITS + RANDOM_DIGITS];
        long time = clock.millis();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            text[i] = DIGITS[(int) (time & 31)];
            time >>>= 5;
        }
        for (int i = TIME_DIGITS; i < text.length; i++) {
            text[i] = DIGITS[random.nextInt(DIGITS.length)];
        }
        return new String(text);
    }
}
