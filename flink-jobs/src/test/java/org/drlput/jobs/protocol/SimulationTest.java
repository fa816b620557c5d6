package org.drlput.jobs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.drlput.common.experiment.Experiment.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Seeded walks through whole training jobs: messages come late, twice, in any order or never; any process dies at any event; the
 * disk is full; checkpoints are declined, aborted, expired, and their numbers come again; somebody goes back by hand; workers and
 * shards change from 2 to 1 to 3. Every run must end with each row counted exactly once, every version published and evaluated
 * once, and, in mode step, the bits of an undisturbed run. And with any rule of the protocol taken away, some run must not.
 *
 * <p>{@code -Psimulation} walks through millions.
 */
class SimulationTest {
    /** Of each setting; all together at least 20,000. */
    private static final int SEEDS = Integer.getInteger("drlput.simulation.seeds", 1_000);

    private static final int SEEDS_WITHOUT_A_RULE = 20_000;

    static Stream<Setting> settings() {
        return Stream.of(Mode.values())
                .flatMap(mode -> Stream.concat(
                        Stream.of(
                                Setting.of(mode),
                                manyFaults(mode),
                                Setting.of(mode).at(Setting.Strike.END),
                                Setting.of(mode).at(Setting.Strike.VERY_END),
                                slowDisk(mode),
                                oneVersion(mode),
                                slowEvaluator(mode)),
                        mode == Mode.STEP ? Stream.of(manyCheckpoints(), rival()) : Stream.of()));
    }

    private static Setting manyFaults(Mode mode) {
        return Setting.of(mode).of(4, 2).with(4, 6, 0.08);
    }

    private static Setting slowDisk(Mode mode) {
        return Setting.of(mode).of(5, 1).with(8, 5, 0.08).slow(Setting.Slow.DISK);
    }

    private static Setting slowEvaluator(Mode mode) {
        return Setting.of(mode).at(Setting.Strike.VERY_END).slow(Setting.Slow.EVALUATOR);
    }

    private static Setting oneVersion(Mode mode) {
        return Setting.of(mode).of(5, 5).with(8, 8, 0.06);
    }

    private static Setting manyCheckpoints() {
        return Setting.of(Mode.STEP).of(7, 7).with(14, 6, 0.02);
    }

    private static Setting rival() {
        return Setting.of(Mode.STEP).at(Setting.Strike.VERY_END).withRival();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everyRunEndsAsAnUndisturbedOne(Setting setting) {
        Walk walk = new Walk(setting);
        long events = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Walk.Result result = walk.run(seed, false);
            events += result.events();
            if (result.failure() != null) {
                fail(describe(setting, seed, walk));
            }
        }
        assertThat(events).isGreaterThan(50L * SEEDS);
    }

    private static String describe(Setting setting, int seed, Walk walk) {
        Walk.Result whole = walk.run(seed, true);
        Walk.Result least = walk.shrink(whole);
        return "%s%n%s, seed %d: %d events, of which these are enough:%n  %s"
                .formatted(
                        whole.failure(),
                        setting,
                        seed,
                        whole.events(),
                        String.join(System.lineSeparator() + "  ", least.trace()));
    }

    @ParameterizedTest
    @EnumSource
    void noRuleCanBeLeftOut(Rule rule) {
        Walk walk = new Walk(where(rule));
        for (int seed = 0; seed < SEEDS_WITHOUT_A_RULE; seed++) {
            if (walk.run(seed, false).failure() != null) {
                return;
            }
        }
        fail("%d runs end well without the rule %s: nothing tests it", SEEDS_WITHOUT_A_RULE, rule);
    }

    /** Where a rule is needed most often. */
    private static Setting where(Rule rule) {
        Setting setting = switch (rule) {
            case TWO_COPIES, NOT_TAKEN_WHEN_PAST -> slowDisk(Mode.ASYNC);
            case HELD_AT_CUTS, PUSH_NEVER_RETAKES -> oneVersion(Mode.ASYNC);
            case HELD_AT_VERSIONS -> Setting.of(Mode.ASYNC).with(3, 5, 0.1);
            case SAVEPOINTS_ARE_PINNED, RETAINED_CAPTURES_STAY -> manyCheckpoints();
            case REFUSED_FOR_ITS_OWN_VERSIONS, NUMBERS_ARE_RESERVED -> rival();
            case CONFIRMED_BY_A_LATER_ONE,
                    QUESTION_RETAKES,
                    DECLINED_AT_ONCE,
                    FIRST_RECORD_TELLS_THE_BOUNDARY,
                    WORKERS_TELL_THE_BOUNDARY_AT_THE_END,
                    CHECKPOINTS_REPEAT_THE_LAST_BOUNDARY,
                    ENDS_WHEN_ALL_IS_EVALUATED,
                    ENDS_WHEN_EVERY_VERSION_IS_EVALUATED,
                    EVALUATED_ONCE,
                    PUBLISHED_WHEN_COMPLETE,
                    KEY_IS_NOT_THE_NUMBER,
                    GENERATION_IS_DURABLE,
                    GENERATION_IS_CHECKED_WHEN_CONFIRMED,
                    OPENING_CONFIRMS,
                    OPENING_IS_WHOLLY_THE_SAME,
                    NOTHING_PUBLISHED_IS_TAKEN_BACK -> slowEvaluator(Mode.STEP);
            default -> Setting.of(Mode.STEP).with(3, 5, 0.1);
        };
        return setting.without(rule);
    }

    @Test
    void aFailingWalkIsMadeShort() {
        Walk walk = new Walk(Setting.of(Mode.STEP).with(3, 5, 0.1).without(Rule.PUSHES_CARRY_THE_CUT));
        int seed = 0;
        while (walk.run(seed, false).failure() == null) {
            seed++;
        }
        Walk.Result whole = walk.run(seed, true);
        Walk.Result least = walk.shrink(whole);

        assertThat(least.failure()).startsWith("the state at the cut of checkpoint ");
        assertThat(least.trace().size()).isLessThan(whole.trace().size()).isLessThan(60);
    }

    /** What the walks are there for happens in them. */
    @Test
    void everyFaultStrikes() {
        Map<String, Integer> struck = new TreeMap<>();
        for (Setting setting : settings().toList()) {
            Walk walk = new Walk(setting);
            for (int seed = 0; seed < 100; seed++) {
                walk.run(seed, true).trace().stream()
                        .map(event -> event.startsWith("lost: ") ? "lost" : Walk.kind(event))
                        .forEach(kind -> struck.merge(kind, 1, Integer::sum));
            }
        }
        assertThat(struck)
                .containsKeys(
                        "abort",
                        "another run",
                        "back to the checkpoint before",
                        "back to the savepoint",
                        "crash of shard #",
                        "crash of the JobManager",
                        "crash of the evaluation",
                        "crash of the job",
                        "deadline",
                        "disk is full",
                        "expire",
                        "give up",
                        "lost",
                        "no capture of # for #",
                        "not opened # by #",
                        "notification lost",
                        "a publication is done and said to have failed",
                        "rescale",
                        "restart",
                        "twice");
    }
}
