package org.drlput.common.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final TensorSpec WEIGHT = new TensorSpec("layer0.weight", 2, 3, Role.DENSE);
    private static final TensorSpec BIAS = new TensorSpec("layer0.bias", 3, 1, Role.DENSE_NO_DECAY);

    @Test
    void tensorsAreFoundByIndexAndName() {
        Parameters parameters = new Parameters(List.of(WEIGHT, BIAS));

        assertThat(parameters.values(0)).hasSize(6).isSameAs(parameters.values("layer0.weight"));
        assertThat(parameters.index("layer0.bias")).isEqualTo(1);
        assertThat(parameters.index("layer9.bias")).isEqualTo(-1);
        assertThat(parameters.tensors()).containsExactly(WEIGHT, BIAS);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        Parameters parameters = new Parameters(List.of(WEIGHT, BIAS));

        assertThatThrownBy(() -> parameters.values("layer9.bias"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'layer9.bias': there are [layer0.weight, layer0.bias]");
    }

    @Test
    void aNameTwiceIsRefused() {
        assertThatThrownBy(() -> new Parameters(List.of(WEIGHT, BIAS, WEIGHT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two tensors are named layer0.weight");
    }

    @Test
    void anImpossibleShapeIsRefused() {
        assertThatThrownBy(() -> new TensorSpec("layer0.weight", -1, 3, Role.DENSE))
                .hasMessage("tensor layer0.weight: shape [-1, 3]: rows must be 0 or more, columns 1 or more, and"
                        + " rows * columns below 2^31 - 64");
        assertThatThrownBy(() -> new TensorSpec("layer0.weight", 1, 0, Role.DENSE))
                .hasMessageContaining("[1, 0]");
        assertThatThrownBy(() -> new TensorSpec("layer0.weight", 1 << 16, 1 << 15, Role.DENSE))
                .hasMessageContaining("[65536, 32768]");
    }

    @Test
    void aPartHasItsRowsOnly() {
        assertThat(WEIGHT.withRows(1)).isEqualTo(new TensorSpec("layer0.weight", 1, 3, Role.DENSE));
        assertThat(WEIGHT.withRows(0).size()).isZero();
        assertThat(WEIGHT.sparse()).isFalse();
        assertThat(new TensorSpec("embedding.user", 2, 3, Role.EMBEDDING).sparse())
                .isTrue();
    }
}
