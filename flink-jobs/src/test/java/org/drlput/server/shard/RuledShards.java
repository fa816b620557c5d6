package org.drlput.server.shard;

import java.util.Set;

/** Shards of which some of the protocol's rules are taken away. */
public final class RuledShards {
    /** A rule that a shard keeps by itself. */
    public enum Rule {
        OPENS_ONCE,
        OPENING_IS_WHOLLY_THE_SAME,
        PUSH_NEVER_RETAKES,
        QUESTION_RETAKES,
        NOT_TAKEN_WHEN_PAST,
        NOT_TAKEN_TWICE,
        TWO_COPIES,
        PARTS_BEFORE_CAPTURES,
        HELD_AT_CUTS,
        HELD_AT_VERSIONS
    }

    private RuledShards() {}

    public static Shard without(
            Set<Rule> broken, int index, int shardCount, long incarnation, long knownGeneration, ShardEffects effects) {
        ShardRules rules = broken.isEmpty() ? ShardRules.ALL : new Broken(broken);
        return new Shard(index, shardCount, incarnation, knownGeneration, rules, effects);
    }

    private static final class Broken extends ShardRules {
        private final Set<Rule> broken;

        Broken(Set<Rule> broken) {
            this.broken = broken;
        }

        @Override
        boolean begins(Opening wanted, long generation) {
            return super.begins(wanted, generation)
                    || broken.contains(Rule.OPENS_ONCE) && wanted.generation() == generation;
        }

        @Override
        boolean repeats(Opening wanted, Opening current) {
            return super.repeats(wanted, current)
                    || broken.contains(Rule.OPENING_IS_WHOLLY_THE_SAME) && wanted.generation() == current.generation();
        }

        @Override
        boolean pushTakes(CutState cut, boolean past) {
            return super.pushTakes(cut, past) || broken.contains(Rule.PUSH_NEVER_RETAKES) && cut == CutState.LOST;
        }

        @Override
        boolean questionTakes(CutState cut, boolean past) {
            if (broken.contains(Rule.QUESTION_RETAKES) && cut == CutState.LOST) {
                return false;
            }
            if (broken.contains(Rule.NOT_TAKEN_TWICE) && cut != CutState.AWAITED) {
                return true;
            }
            return super.questionTakes(cut, past) || broken.contains(Rule.NOT_TAKEN_WHEN_PAST) && cut == CutState.LOST;
        }

        @Override
        boolean roomForCapture(int unwritten) {
            return broken.contains(Rule.TWO_COPIES) || super.roomForCapture(unwritten);
        }

        @Override
        boolean mayWrite(int unwrittenParts) {
            return broken.contains(Rule.PARTS_BEFORE_CAPTURES) || super.mayWrite(unwrittenParts);
        }

        @Override
        long limit(long cut, long version) {
            return Math.min(
                    broken.contains(Rule.HELD_AT_CUTS) ? Long.MAX_VALUE : cut,
                    broken.contains(Rule.HELD_AT_VERSIONS) ? Long.MAX_VALUE : version);
        }
    }
}
