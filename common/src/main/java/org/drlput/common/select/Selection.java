package org.drlput.common.select;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.drlput.common.estimate.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * {@code selection.json}: what to use of a run, the candidate whose estimated value has the greatest lower bound. A version is
 * judged by rows that did not train it, a fixed action by all rows, so its interval is narrow: a policy has to be seen to be better. The truth has
 * no part in it.
 *
 * <p>The estimate of what was chosen is the luckiest of several: fresh logs tell what it is worth.
 *
 * @param chosen null where nothing could be judged
 * @param bestVersion the best of the versions, null where none could be judged; likewise {@code bestFixed}
 * @param judgedVersions of how many
 * @param reason a sentence
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Selection(
        int formatVersion,
        @Nullable Candidate chosen,
        @Nullable Candidate bestVersion,
        @Nullable Candidate bestFixed,
        int versions,
        int judgedVersions,
        String reason) {
    public static final String NAME = "selection.json";

    private static final int FORMAT_VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    /** Without versions that were judged by unseen rows. */
    public static Selection of(List<Evaluation> evaluations, Optional<Candidate> bestFixed) {
        return of(evaluations, List.of(), bestFixed);
    }

    /**
     * Of versions with equal bounds the later one is taken; of a version and a fixed action the version.
     *
     * @param unseen versions as {@link UnseenRows} judges them: each stands beside its evaluation by the hold-out
     */
    public static Selection of(List<Evaluation> evaluations, List<Candidate> unseen, Optional<Candidate> bestFixed) {
        List<Candidate> judged = Stream.concat(
                        evaluations.stream().map(Candidate::of).filter(Objects::nonNull), unseen.stream())
                .toList();
        Candidate version = judged.stream()
                .reduce((best, next) -> next.low() >= best.low() ? next : best)
                .orElse(null);
        Candidate fixed = bestFixed.orElse(null);
        Candidate chosen = version == null || fixed != null && fixed.low() > version.low() ? fixed : version;
        return new Selection(
                FORMAT_VERSION,
                chosen,
                version,
                fixed,
                evaluations.size(),
                (int) judged.stream().map(Candidate::version).distinct().count(),
                reason(chosen, version, fixed));
    }

    private static String reason(@Nullable Candidate chosen, @Nullable Candidate version, @Nullable Candidate fixed) {
        if (chosen == null) {
            return "too few rows match: neither a version nor an action can be judged";
        } else if (version == null) {
            return "no version can be judged: action %d for everybody has a lower bound of %s"
                    .formatted(chosen.action(), number(chosen.low()));
        } else if (fixed == null) {
            return "version %d has the greatest lower bound, %s; no single action can be judged"
                    .formatted(chosen.version(), number(chosen.low()));
        } else if (chosen == version) {
            return "version %d has the greatest lower bound, %s; the best single action, %d, has %s"
                    .formatted(version.version(), number(version.low()), fixed.action(), number(fixed.low()));
        }
        return "no version is seen to be better than action %d for everybody, whose lower bound is %s; version %d has %s"
                .formatted(fixed.action(), number(fixed.low()), version.version(), number(version.low()));
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.4g", x);
    }

    /** Whether one action for everybody was chosen. */
    public boolean fallsBack() {
        return chosen != null && chosen.action() != null;
    }

    /** The bytes of the file. */
    public byte[] toJson() {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("selection " + this, e);
        }
    }
}
