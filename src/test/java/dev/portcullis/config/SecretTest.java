package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @Test
    void secret_is_never_printed() {
        record Holder(Secret key) {}
        Secret secret = new Secret("hunter2");
        assertThat(secret).hasToString("[REDACTED]");
        assertThat(new Holder(secret)).hasToString("Holder[key=[REDACTED]]");
        assertThat(Json.write(Map.of("key", secret))).isEqualTo("{\"key\":\"[REDACTED]\"}");
        assertThat(secret.bytes()).asString().isEqualTo("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20491337", "[\"20491337\"]", "{\"x\": \"20491337\"}", "20491337.5", "\"\""})
    void invalid_value_of_a_secret_is_not_quoted(String value) {
        Reading reading = Reading.of("{\"key\": " + value + "}");
        assertThat(reading.root().secret("key", "")).isEmpty();
        assertThat(reading.problems())
                .containsExactly(
                        "key: does not fit (its value is not shown); a text of 1 to 16384 characters is needed");
        assertThat(reading.reading().settings())
                .noneMatch(setting -> setting.value().contains("20491337"));
    }
}
