package dev.portcullis.edge.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTextTest {
    private static final String SECRET = "AbC-dEf_0123456789AbC-dEf_0123456789AbC-dEf";

    @Test
    void secret_is_redacted_whichever_of_its_characters_are_escaped() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            StringBuilder path = new StringBuilder("/api/x/");
            for (int at = 0; at < SECRET.length(); at++) {
                char each = SECRET.charAt(at);
                String code = Integer.toHexString(each);
                path.append(
                        switch (random.nextInt(5)) {
                            case 0 -> "%" + code;
                            case 1 -> "%" + code.toUpperCase(Locale.ROOT);
                            case 2 -> "%25" + code;
                            default -> String.valueOf(each);
                        });
            }
            assertThat(RequestText.withoutSecrets(path + "/end"))
                    .as("seed %d: %s", seed, path)
                    .isEqualTo("/api/x/[REDACTED]/end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing/AbC-dEf_0123456789AbC-dEf_0123456789AbC-dE",
                "/%61dmin/%2e%2e/%5Fx%20%2525",
                "/AbC-dEf_0123456789AbC%2FdEf_0123456789AbC-dEf_"
            })
    void path_without_a_secret_stays_as_it_was_sent(String path) {
        assertThat(RequestText.withoutSecrets(path)).isEqualTo(path);
    }
}
