package dev.portcullis.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.uploads.type.FileType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DownloadHeadersTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a.png | attachment; filename="a.png"; filename*=UTF-8''a.png
                    a b.png | attachment; filename="a b.png"; filename*=UTF-8''a%20b.png
                    \u00e4\ud83d\ude00.txt | attachment; filename="__.txt"; filename*=UTF-8''%C3%A4%F0%9F%98%80.txt
                    "; x=y.exe | attachment; filename="__ x=y.exe"; filename*=UTF-8''%22%3B%20x%3Dy.exe
                    100%41.txt | attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt
                    it's.txt | attachment; filename="it's.txt"; filename*=UTF-8''it%27s.txt
                    """)
    void name_is_encoded_as_both_rfcs_say(String name, String expected) {
        assertThat(DownloadHeaders.disposition(name)).isEqualTo(expected);
    }

    @Test
    void no_name_gets_out_of_its_header() {
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder name = new StringBuilder();
            random.ints(20, 0, 0x2100)
                    .filter(each -> !Character.isSurrogate((char) each))
                    .forEach(name::appendCodePoint);

            assertThat(DownloadHeaders.disposition(name.toString()))
                    .matches(
                            "attachment; filename=\"[ -~&&[^\"\\\\%;]]*\"; filename\\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*");
        }
    }

    @ParameterizedTest
    @EnumSource(FileType.class)
    void no_type_is_served_inline_or_sniffed_or_run(FileType type) {
        assertThat(DownloadHeaders.of("a", type))
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Content-Type", type.contentType())
                .hasEntrySatisfying(
                        "Content-Disposition", value -> assertThat(value).startsWith("attachment;"))
                .hasEntrySatisfying(
                        "Content-Security-Policy", value -> assertThat(value).startsWith("sandbox;"));
        assertThat(type.mime())
                .doesNotContain("svg")
                .doesNotContain("html")
                .doesNotContain("/xml")
                .doesNotContain("script");
    }
}
