package org.drlput.jobs.protocol;

import org.drlput.server.shard.RuledShards;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the exactly-once protocol, each to be taken away from a simulation. Those with a counterpart are kept by the shard
 * itself; without one, by what stands around the machines, here by the simulated network, disks, registry and operators.
 */
enum Rule {
    // the source
    FIRST_RECORD_TELLS_THE_BOUNDARY,
    GENERATION_IS_ABOVE_ALL_KNOWN,
    ENDS_WHEN_ALL_IS_PUBLISHED,
    ENDS_WHEN_ALL_IS_EVALUATED,
    ENDS_WHEN_EVERY_VERSION_IS_EVALUATED,
    CHECKPOINTS_REPEAT_THE_LAST_BOUNDARY,
    // workers and committer
    WORKERS_TELL_THE_BOUNDARY_AT_THE_END,
    PUSHES_CARRY_THE_CUT,
    PUBLISHED_WHEN_COMPLETE,
    CONFIRMED_BY_A_LATER_ONE,
    // the key and the fence
    KEY_IS_NOT_THE_NUMBER,
    INCARNATION_IS_CHECKED,
    GENERATION_IS_CHECKED_WHEN_CONFIRMED,
    GENERATION_IS_DURABLE,
    // the disk
    CREATED_IF_ABSENT,
    OPENING_DROPS_MANIFESTS,
    OPENING_CONFIRMS,
    NOTHING_PUBLISHED_IS_TAKEN_BACK,
    REFUSED_FOR_ITS_OWN_VERSIONS,
    NUMBERS_ARE_RESERVED,
    PARTS_ARE_KEPT_UNTIL_WRITTEN,
    SAVEPOINTS_ARE_PINNED,
    RETAINED_CAPTURES_STAY,
    // evaluation
    DEAD_EVALUATOR_FAILS_THE_JOB,
    EVALUATED_ONCE,
    // the shard
    DECLINED_AT_ONCE,
    OPENS_ONCE(RuledShards.Rule.OPENS_ONCE),
    OPENING_IS_WHOLLY_THE_SAME(RuledShards.Rule.OPENING_IS_WHOLLY_THE_SAME),
    PUSH_NEVER_RETAKES(RuledShards.Rule.PUSH_NEVER_RETAKES),
    QUESTION_RETAKES(RuledShards.Rule.QUESTION_RETAKES),
    NOT_TAKEN_WHEN_PAST(RuledShards.Rule.NOT_TAKEN_WHEN_PAST),
    NOT_TAKEN_TWICE(RuledShards.Rule.NOT_TAKEN_TWICE),
    TWO_COPIES(RuledShards.Rule.TWO_COPIES),
    PARTS_BEFORE_CAPTURES(RuledShards.Rule.PARTS_BEFORE_CAPTURES),
    HELD_AT_CUTS(RuledShards.Rule.HELD_AT_CUTS),
    HELD_AT_VERSIONS(RuledShards.Rule.HELD_AT_VERSIONS);

    final RuledShards.@Nullable Rule ofShard;

    Rule() {
        this(null);
    }

    Rule(RuledShards.@Nullable Rule ofShard) {
        this.ofShard = ofShard;
    }
}
