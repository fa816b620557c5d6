package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoftwareTest {
    @Test
    void namesVersionAndCommit() {
        assertThat(Software.version()).matches("(\\d+\\.\\d+\\.\\d+|unknown)\\+([0-9a-f]{7,40}|unknown)");
    }
}
