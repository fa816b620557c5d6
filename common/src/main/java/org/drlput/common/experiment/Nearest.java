package org.drlput.common.experiment;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The nearest valid name to a misspelt one. */
public final class Nearest {
    /** Longer ones are no misspelt names. */
    private static final int MAX_LENGTH = 100;

    private Nearest() {}

    /** The candidate with the least edit distance, if it is near enough to be meant; else null. */
    public static @Nullable String of(String found, Collection<String> candidates) {
        if (found.length() > MAX_LENGTH) {
            return null;
        }
        String best = null;
        int bestDistance = Math.max(1, found.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(found.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** {@code "; did you mean 'x'?"}, or nothing. */
    public static String hint(String found, Collection<String> candidates) {
        String nearest = of(found, candidates);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    /** Edits (insert, delete, replace, swap of neighbours) from one to the other. Source: Damerau 1964, restricted form. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + change);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
