package dev.portcullis.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CodePointsTest {
    @Test
    void property_is_searched_for_once_under_a_name() {
        CodePoints upper = CodePoints.ofProperty("Lu");

        assertThat(CodePoints.ofProperty("Lu")).isSameAs(upper);
        assertThat(CodePoints.ofProperty("gc=Lu")).isEqualTo(upper);
        assertThat(upper.has('A')).isTrue();
        assertThat(upper.has('a')).isFalse();
    }

    @Test
    void property_that_is_not_known_is_refused_each_time() {
        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException().isThrownBy(() -> CodePoints.ofProperty("Script=Klingon"));
        }
    }
}
