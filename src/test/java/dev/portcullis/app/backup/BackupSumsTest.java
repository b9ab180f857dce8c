package dev.portcullis.app.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Result;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupSumsTest {
    private static final String SUM = "0123456789abcdef".repeat(4);
    private static final BackupSums SUMS =
            new BackupSums(Map.of("manifest.json", SUM, "files/kept/ab/cd/abcd", SUM, "store/CURRENT", SUM));

    @Test
    void text_is_read_as_it_was_written() {
        assertThat(BackupSums.parse(SUMS.text())).isEqualTo(Result.done(SUMS));
    }

    @Test
    void any_other_byte_of_the_text_is_found() {
        String text = SUMS.text();
        for (int at = 0; at < text.length(); at++) {
            String flipped = text.substring(0, at) + (char) (text.charAt(at) ^ 1) + text.substring(at + 1);
            Result<BackupSums, String> read = BackupSums.parse(flipped);
            assertThat(read).as("byte %d", at).isNotEqualTo(Result.done(SUMS));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../store/CURRENT",
                "/etc/passwd",
                "store//CURRENT",
                "store/.hidden",
                ".",
                "store/../x",
                "a b",
                ""
            })
    void name_that_could_lead_out_of_the_folder_is_refused(String name) {
        assertThat(BackupSums.parse(SUM + "  " + name + "\n").isDone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " "})
    void text_without_its_end_or_with_more_behind_it_is_refused(String end) {
        String cut = SUMS.text().stripTrailing();
        assertThat(BackupSums.parse((end.equals("\n") ? SUMS.text() : cut) + end)
                        .isDone())
                .isFalse();
    }
}
