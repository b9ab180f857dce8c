package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueReferencesTest {
    private static final Pattern ANY = Pattern.compile(".*");

    @TempDir
    Path folder;

    @Test
    void value_is_read_from_the_environment() {
        Reading reading = Reading.of("""
                {"text": {"$env": "WORD"}, "secret": {"$env": "WORD"}, "number": {"$env": "NUMBER"}, "flag": {"$env": "FLAG"},
                 "list": ["x", {"$env": "WORD"}], "table": {"k": {"$env": "WORD"}}}""", Map.of("WORD", "12", "NUMBER", "7", "FLAG", "true"));
        Section root = reading.root();
        assertThat(root.text("text", "", "")).isEqualTo("12");
        assertThat(root.secret("secret", "").map(Secret::reveal)).contains("12");
        assertThat(root.integer("number", 1, 0, 9, "")).isEqualTo(7);
        assertThat(root.flag("flag", false, "")).isTrue();
        assertThat(root.texts("list", List.of(), ANY, "")).containsExactly("x", "12");
        assertThat(root.table("table", Map.of(), ANY, "a text", "", row -> Optional.of(row.toString())))
                .isEqualTo(Map.of("k", "12"));
        root.refuseUnknown();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void value_is_read_from_a_file_beside_the_configuration() throws IOException {
        Files.writeString(folder.resolve("key.txt"), " hush \n\n");
        Reading reading = inFolder("{\"secret\": {\"$file\": \"key.txt\"}}");
        assertThat(reading.root().secret("secret", "").map(Secret::reveal)).contains(" hush");
        assertThat(reading.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere.txt", ".", "bad\\u0000name"})
    void unreadable_file_is_a_problem(String name) {
        Reading reading = inFolder("{\"secret\": {\"$file\": \"" + name + "\"}}");
        assertThat(reading.root().secret("secret", "")).isEmpty();
        assertThat(reading.problems())
                .singleElement()
                .asString()
                .startsWith("secret: the file ")
                .contains("can't be read; a readable file");
    }

    @Test
    void file_that_is_too_large_is_refused() throws IOException {
        Files.write(folder.resolve("large"), new byte[70_000]);
        Reading reading = inFolder("{\"secret\": {\"$file\": \"large\"}}");
        assertThat(reading.root().secret("secret", "")).isEmpty();
        assertThat(reading.problems()).singleElement().asString().contains("at most 65536 bytes");
    }

    @Test
    void binary_file_is_refused() throws IOException {
        Files.write(folder.resolve("key.der"), new byte[] {(byte) 0xC3, (byte) 0x28});
        Reading reading = inFolder("{\"text\": {\"$file\": \"key.der\"}}");
        assertThat(reading.root().text("text", "", "")).isEmpty();
        assertThat(reading.problems()).singleElement().asString().contains("is not UTF-8 text");
    }

    @ParameterizedTest
    @CsvSource({"UNSET, is not set", "EMPTY, is empty"})
    void unset_or_empty_variable_is_one_problem(String name, String what) {
        Reading reading = Reading.of("{\"number\": {\"$env\": \"" + name + "\"}}", Map.of("EMPTY", ""));
        assertThat(reading.root().number("number", null, 1, 9, "")).isEqualTo(1);
        assertThat(reading.problems())
                .containsExactly("number: the environment variable " + name + " " + what + "; set it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"$evn\": \"A\"}", "{\"$env\": 1}", "{\"$env\": \"A\", \"or\": \"x\"}", "{\"$env\": null}"})
    void malformed_reference_is_reported_with_the_valid_forms(String reference) {
        Reading reading = Reading.of("{\"text\": " + reference + "}", Map.of("A", "x"));
        assertThat(reading.root().text("text", "", "")).isEmpty();
        assertThat(reading.problems())
                .containsExactly("text: is not a known reference; write {\"$env\": \"NAME\"} or {\"$file\": \"path\"}");
    }

    /** A reference at the wrong key must not put a secret into a log (CWE-532). */
    @Test
    void value_behind_a_reference_is_never_quoted() {
        Reading reading = Reading.of("""
                {"number": {"$env": "HUSH"}, "flag": {"$env": "HUSH"}, "list": {"$env": "HUSH"}, "form": {"$env": "HUSH"},
                 "items": [{"$env": "HUSH"}], "table": {"k": {"$env": "HUSH"}}, "section": {"$env": "HUSH"}}""", Map.of("HUSH", "hunter2"));
        Section root = reading.root();
        root.integer("number", 1, 0, 9, "");
        root.flag("flag", true, "");
        root.texts("list", List.of(), ANY, "");
        root.text("form", "", Pattern.compile("[a-z]+"), "");
        root.texts("items", List.of(), Pattern.compile("[a-z]+"), "");
        root.table("table", Map.of(), ANY, "a number", "", row -> Optional.empty());
        root.section("section");
        root.refuseUnknown();
        assertThat(reading.problems()).hasSize(7).noneMatch(line -> line.contains("hunter2"));
    }

    private Reading inFolder(String json) {
        return Reading.of(json, new ConfigReading(Map.of(), folder));
    }
}
