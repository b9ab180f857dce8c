package dev.portcullis.app.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Result;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupManifestTest {
    private static final BackupManifest MANIFEST =
            BackupManifest.now("1.2", Instant.parse("2026-11-28T23:00:00.123Z"), true);

    @Test
    void text_is_read_as_it_was_written() {
        assertThat(BackupManifest.parse(MANIFEST.text())).isEqualTo(Result.done(MANIFEST));
    }

    @Test
    void newer_format_is_refused_and_says_what_to_do() {
        String newer = MANIFEST.text().replace("\"format\": 1", "\"format\": 2");
        assertThat(BackupFolder.defect(BackupManifest.parse(newer)))
                .hasValueSatisfying(defect -> assertThat(defect).contains("newer program", "take that program"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"format\": 1}",
                "{\"format\": \"1\", \"program\": \"1\", \"at\": \"2026-11-28T23:00:00Z\", \"files\": true}",
                "{\"format\": 1, \"program\": \"1\", \"at\": \"yesterday\", \"files\": true}",
                "{\"format\": 1, \"program\": \"1\", \"at\": \"2026-11-28T23:00:00Z\", \"files\": 1}"
            })
    void text_of_another_form_is_refused(String text) {
        assertThat(BackupManifest.parse(text)).isEqualTo(Result.refused("manifest.json is damaged"));
    }
}
