package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.SerializedThrowable;
import org.drlput.common.client.ParameterServerException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void whatWeSaidIsFoundBelowFlinksWrappers() {
        // a gRPC status can not be serialized
        ParameterServerException ours = new ParameterServerException(
                1, Status.Code.UNAVAILABLE, "shard 1 (127.0.0.1:9): is gone", Status.UNAVAILABLE.asRuntimeException());
        Exception wrapped = new ExecutionException("job failed", new RuntimeException("recovery is suppressed", ours));
        assertThat(Failures.message(wrapped)).isEqualTo("shard 1 (127.0.0.1:9): is gone");
        assertThat(Failures.message(new SerializedThrowable(wrapped))).isEqualTo("shard 1 (127.0.0.1:9): is gone");
    }

    @Test
    void withoutAnyOfOursTheInnermostIsTold() {
        assertThat(Failures.message(new RuntimeException("outer", new IllegalStateException("inner"))))
                .isEqualTo("inner");
        assertThat(Failures.message(new RuntimeException("outer", new NullPointerException())))
                .isEqualTo("NullPointerException");
    }
}
