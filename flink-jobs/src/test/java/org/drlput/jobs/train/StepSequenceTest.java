package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.drlput.jobs.train.StepSequence.Next;
import org.junit.jupiter.api.Test;

class StepSequenceTest {
    @Test
    void theFirstRecordOfAGenerationComesBeforeAnyStep() {
        StepSequence sequence = new StepSequence(7, 10, 2);
        assertThat(sequence.next(7, false)).isEqualTo(Next.OPENING);
        assertThat(sequence.next(10, true)).isEqualTo(Next.OPENING);
        sequence.emittedOpening();
        assertThat(sequence.next(7, false)).isEqualTo(Next.STEP);
        assertThat(sequence.boundary()).isEqualTo(7);
    }

    @Test
    void aStepWaitsForTheStepThatIsAWindowBeforeIt() {
        for (int window = 1; window <= 4; window++) {
            StepSequence sequence = new StepSequence(0, 20, window);
            sequence.emittedOpening();
            for (long completed = 0; completed < 16; completed++) {
                List<Long> emitted = new ArrayList<>();
                while (sequence.next(completed, false) == Next.STEP) {
                    emitted.add(sequence.boundary());
                    sequence.emittedStep();
                }
                assertThat(sequence.boundary()).as("window %d", window).isEqualTo(completed + window);
                assertThat(emitted).as("window %d", window).hasSize(completed == 0 ? window : 1);
                assertThat(sequence.next(completed, false)).isEqualTo(Next.WAIT);
            }
        }
    }

    @Test
    void theEndWaitsUntilEveryVersionIsEvaluated() {
        StepSequence sequence = new StepSequence(3, 3, 2);
        sequence.emittedOpening();
        assertThat(sequence.next(3, false)).isEqualTo(Next.WAIT);
        assertThat(sequence.next(3, true)).isEqualTo(Next.END);
    }
}
