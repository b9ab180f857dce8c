package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsupportedSettingsTest {
    @Test
    void unsupported_setting_that_is_off_is_accepted() {
        assertThat(problems("accounts.enabled=false", "csrf.require=never")).isEmpty();
    }

    /** Otherwise an operator could believe that the node supports it. */
    @ParameterizedTest
    @CsvSource({"accounts.enabled, true", "csrf.require, always"})
    void unsupported_setting_that_is_on_is_refused(String key, String value) {
        assertThat(problems(key + "=" + value)).extracting(Problem::path).containsExactly(key);
    }

    private static List<Problem> problems(String... sets) {
        return ConfigFile.load(Configs.empty(), List.of(sets), Map.of(), NodeConfigReader::read)
                .fold(good -> List.<Problem>of(), bad -> bad.problems());
    }
}
