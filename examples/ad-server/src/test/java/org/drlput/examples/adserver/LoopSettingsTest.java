package org.drlput.examples.adserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LoopSettingsTest {
    @Test
    void optionsChangeTheDefaults() {
        LoopSettings settings = LoopSettings.parse(new String[] {"--visits", "100", "--serving-share", "0"});

        assertThat(settings.visits()).isEqualTo(100);
        assertThat(settings.servingShare()).isZero();
        assertThat(settings.learningDays()).isEqualTo(4);
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThatThrownBy(() -> LoopSettings.parse(new String[] {"--visit", "3"}))
                .hasMessage("--visit: is no option, or has no value");
        assertThatThrownBy(() -> LoopSettings.parse(new String[] {"--visits"}))
                .hasMessage("--visits: is no option, or has no value");
        assertThatThrownBy(() -> LoopSettings.parse(new String[] {"--visits", "many"}))
                .hasMessage("--visits: found 'many', expected a number");
        assertThatThrownBy(() -> LoopSettings.parse(new String[] {"--visits", "0", "--learning-share", "2"}))
                .hasMessage("""
                        --visits: found 0, expected 1 to 71429
                        --learning-share and --serving-share: found 2.0 and 0.05, expected shares of 1""");
    }
}
