package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig.Policy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void empty_section_means_allowlist_and_no_shell_patterns() {
        assertThat(read(Map.of())).isEqualTo(new ContentConfig(Policy.ALLOWLIST, false));
    }

    @Test
    void both_settings_can_be_chosen() {
        assertThat(read(Map.of("policy", "escape", "blockShellPatterns", true)))
                .isEqualTo(new ContentConfig(Policy.ESCAPE, true));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void unknown_policy_is_a_problem() {
        read(Map.of("policy", "raw"));
        assertThat(reading.problems().found())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("policy"));
    }

    private ContentConfig read(Map<String, Object> values) {
        return ContentConfig.read(Section.root(values, reading));
    }
}
