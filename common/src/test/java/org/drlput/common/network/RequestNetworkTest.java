package org.drlput.common.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec.ActionHead;
import org.drlput.common.network.ModelSpec.RewardHead;
import org.drlput.common.tensor.Parameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestNetworkTest {
    static List<RandomModel.Shape> shapes() {
        List<RandomModel.Shape> shapes = new ArrayList<>(RandomModel.shapes());
        ModelSpec six = RandomModel.shape("", 3, 2, 1, List.of(7, 5), true, 6).spec();
        ActionHead axes = new ActionHead(List.of(2, 3), false);
        ActionHead mixed = new ActionHead(List.of(2, 3), true);
        shapes.add(new RandomModel.Shape("axes", with(six, axes, 1, RewardHead.NONE)));
        shapes.add(new RandomModel.Shape("axes and actions", with(six, mixed, 1, RewardHead.NONE)));
        shapes.add(new RandomModel.Shape("three members", with(six, ActionHead.PLAIN, 3, RewardHead.NONE)));
        shapes.add(new RandomModel.Shape(
                "reward of the tower", with(six, ActionHead.PLAIN, 1, new RewardHead(1, true, 1))));
        shapes.add(new RandomModel.Shape("two rewards", with(six, ActionHead.PLAIN, 1, new RewardHead(6, false, 2))));
        return shapes;
    }

    private static ModelSpec with(ModelSpec spec, ActionHead head, int members, RewardHead reward) {
        return new ModelSpec(
                spec.features(),
                spec.hidden(),
                spec.batchNorm(),
                spec.batchNormMomentum(),
                spec.actions(),
                head,
                members,
                reward);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aRequestGetsTheBitsThatThePolicyNetworkGivesIt(RandomModel.Shape shape) {
        ModelSpec spec = shape.spec();
        for (Kernels kernels : List.of(Kernels.named("plain"), Kernels.best())) {
            PolicyNetwork policy = new PolicyNetwork(spec, kernels, 1);
            RequestNetwork requests = new RequestNetwork(spec, kernels);
            for (long seed = 1; seed <= 5; seed++) {
                // other weights in the same buffers
                Parameters weights = RandomModel.weights(spec, seed);
                ServingWeights ready = new ServingWeights(spec, weights);
                for (long row = 1; row <= 3; row++) {
                    EncodedBatch request = RandomModel.batch(spec, 1, 10 * seed + row);
                    float[] expected = new float[spec.actions()];
                    policy.infer(weights, request, expected);

                    assertThat(requests.infer(ready, request))
                            .as("%s, %s, seed %d, row %d", shape, kernels.name(), seed, row)
                            .isEqualTo(expected);
                }
            }
        }
    }
}
