package org.drlput.common.select;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.drlput.common.estimate.Evaluation;

/**
 * Ends training when the hold-out no longer gets better: when the greatest lower bound of a version's value is {@code patience}
 * judged versions old. A function of the evaluations in order, never of when they came in.
 *
 * <p>Source: Prechelt 1998, Early stopping, but when?, the criterion UP, with the lower bound in place of the error.
 *
 * @param patience in versions; 0: never
 */
public record EarlyStop(int patience) {
    public EarlyStop {
        if (patience < 0) {
            throw new IllegalArgumentException("patience: found %d, expected 0 or more versions".formatted(patience));
        }
    }

    /** After how many of these versions, oldest first, it is to stop: the least such number; empty: not after these. */
    public OptionalInt stopsAfter(List<Evaluation> evaluations) {
        return IntStream.rangeClosed(1, evaluations.size())
                .filter(count -> stops(evaluations.subList(0, count)))
                .findFirst();
    }

    /** Whether to stop after these versions, oldest first. Those that could not be judged do not count. */
    public boolean stops(List<Evaluation> evaluations) {
        List<Candidate> judged =
                evaluations.stream().map(Candidate::of).filter(Objects::nonNull).toList();
        int best = 0;
        for (int i = 1; i < judged.size(); i++) {
            best = judged.get(i).low() > judged.get(best).low() ? i : best;
        }
        return patience > 0 && judged.size() - 1 - best >= patience;
    }
}
