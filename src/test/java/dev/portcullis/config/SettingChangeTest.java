package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingChangeTest {
    @TempDir
    private Path folder;

    @Test
    void value_that_is_another_one_is_told_with_both() throws Exception {
        assertThat(between("{\"n\": 1}", "{\"n\": 2}")).containsExactly(new SettingChange("n", "1", "2"));
    }

    @Test
    void default_that_is_written_out_and_other_white_space_are_no_change() throws Exception {
        assertThat(between("{}", "{ \"n\" : 5, \"s\": null }")).isEmpty();
    }

    @Test
    void secret_that_is_another_one_is_told_and_not_shown() throws Exception {
        List<SettingChange> changes = between("{\"s\": \"first\"}", "{\"s\": \"second\"}");

        assertThat(changes).containsExactly(new SettingChange("s", "\"[REDACTED]\"", "\"[REDACTED]\""));
    }

    @Test
    void secret_in_a_file_that_holds_another_one_meanwhile_is_told() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "first");
        List<Setting> before = settings("{\"s\": {\"$file\": \"secret\"}}");
        Files.writeString(secret, "second");

        assertThat(SettingChange.between(before, settings("{\"s\": {\"$file\": \"secret\"}}")))
                .extracting(SettingChange::path)
                .containsExactly("s");
    }

    @Test
    void query_of_an_address_is_not_shown() {
        assertThat(new SettingChange("url", "none", "\"https://app.example/mod?key=hush\""))
                .isEqualTo(new SettingChange("url", "none", "\"https://app.example/mod?[REDACTED]\""));
    }

    @Test
    void item_that_is_new_or_gone_is_told_by_its_keys() throws Exception {
        assertThat(between("{\"items\": [{\"n\": 1}]}", "{\"items\": [{\"n\": 1}, {\"n\": 2}]}"))
                .containsExactly(new SettingChange("items[1].n", "none", "2"));
        assertThat(between("{\"items\": [{\"n\": 1}]}", "{\"items\": []}"))
                .containsExactly(new SettingChange("items[0].n", "1", "none"));
    }

    @ParameterizedTest
    @CsvSource({"tls.key, true", "tls, true", "tl, false", "tls.keys, false", "tls.key.more, false"})
    void change_is_in_its_key_and_in_each_section_around_it(String key, boolean in) {
        assertThat(new SettingChange("tls.key", "1", "2").isIn(key)).isEqualTo(in);
        assertThat(new SettingChange("issuers[0].secret", "1", "2").isIn("issuers"))
                .isTrue();
    }

    private List<SettingChange> between(String before, String after) throws Exception {
        return SettingChange.between(settings(before), settings(after));
    }

    private List<Setting> settings(String json) throws Exception {
        return ConfigFile.load(Files.writeString(folder.resolve("config.json"), json), List.of(), Map.of(), root -> {
                    root.integer("n", 5, 0, 9, "how many");
                    root.secret("s", "what no one may see");
                    root.sections("items", "things", item -> item.integer("n", 0, 0, 9, "how many"));
                    return root;
                })
                .fold(Loaded.Valid::settings, invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
    }
}
