package dev.portcullis.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadPolicyTest {
    private final UploadPolicy policy =
            new UploadPolicy(UploadFixture.config("{\"maxBytes\": 100, \"types\": [\"image/png\", \"text/plain\"]}"));

    @ParameterizedTest
    @CsvSource({"a.png, 1, image/png", "\u00e4 b.txt, 100, text/plain", "a.png, 100, IMAGE/PNG"})
    void allowed_file_passes(String name, long size, String mime) {
        assertThat(policy.judge(name, size, mime)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b.png, 1, image/png, /name, pattern",
        "..\\b.png, 1, image/png, /name, pattern",
        "C:b.png, 1, image/png, /name, pattern",
        "a.png, 0, image/png, /size, minimum",
        "a.png, 101, image/png, /size, maximum",
        "a.png, 9007199254740991, image/png, /size, maximum",
        "a.gif, 1, image/gif, /mime, enum",
        "a.svg, 1, image/svg+xml, /mime, enum",
        "a.html, 1, text/html, /mime, enum"
    })
    void other_file_is_refused_with_its_reason(String name, long size, String mime, String path, String rule) {
        assertThat(policy.judge(name, size, mime)).contains(Rejection.invalid(List.of(new Violation(path, rule))));
    }

    @Test
    void all_reasons_are_named_at_once() {
        assertThat(policy.judge("..", -1, "x/y"))
                .contains(Rejection.invalid(List.of(
                        new Violation("/name", "pattern"),
                        new Violation("/size", "minimum"),
                        new Violation("/mime", "enum"))));
    }
}
