package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relative paths of all kinds are resolved in the folder of the configuration file. */
class RelativePathTest {
    @TempDir
    Path top;

    private Path folder;

    private record Paths(Optional<String> store, Optional<Pem> certificate, Optional<Pem> key, String text) {}

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(top.resolve("conf"));
    }

    @Test
    void relative_path_is_resolved_in_the_folder_of_the_file() throws IOException {
        Files.copy(SelfSigned.any().certificate(), folder.resolve("chain.pem"));
        Files.copy(SelfSigned.any().key(), top.resolve("key.pem"));
        Files.writeString(folder.resolve("word"), "hello");
        Paths paths = valid("""
                {"store": "../data/x", "certificate": "chain.pem", "key": {"$env": "KEY"}, "text": {"$file": "word"}}""");
        assertThat(paths.store()).contains(top.resolve("data/x").toString());
        assertThat(paths.certificate())
                .map(RelativePathTest::path)
                .contains(folder.resolve("chain.pem").toString());
        assertThat(paths.key())
                .map(RelativePathTest::path)
                .contains(top.resolve("key.pem").toString());
        assertThat(paths.text()).isEqualTo("hello");
    }

    @Test
    void path_of_the_command_line_is_resolved_in_the_same_folder_and_an_absolute_path_is_kept() throws IOException {
        Path file = Files.writeString(folder.resolve("c.json"), "{}");
        assertThat(load(file, "store=here")
                        .fold(Loaded.Valid::value, invalid -> fail(invalid))
                        .store())
                .contains(folder.resolve("here").toString());
        assertThat(load(file, "store=/srv/x")
                        .fold(Loaded.Valid::value, invalid -> fail(invalid))
                        .store())
                .contains("/srv/x");
    }

    @Test
    void missing_certificate_or_key_file_is_one_problem_with_its_path() throws IOException {
        assertThat(problems("{\"certificate\": \"tls/chain.pem\", \"key\": \"/nowhere/key.pem\"}"))
                .containsExactly(
                        "certificate: the file \"" + folder.resolve("tls/chain.pem")
                                + "\" does not exist; a readable PEM"
                                + " file is needed; a relative path starts in the folder of the configuration file",
                        "key: the file \"/nowhere/key.pem\" does not exist; a readable PEM file is needed; a relative path"
                                + " starts in the folder of the configuration file");
    }

    @Test
    void file_with_other_content_is_a_problem_that_does_not_quote_it() throws IOException {
        Path certificate = SelfSigned.any().certificate();
        Path key = SelfSigned.any().key();
        Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----\n");
        Files.writeString(
                folder.resolve("locked.pem"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhush\n-----END ENCRYPTED PRIVATE KEY-----");
        assertThat(problems("{\"certificate\": \"%s\", \"key\": \"%s\"}".formatted(key, certificate)))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("certificate: the file \"" + key + "\" holds no certificate;"),
                        line -> assertThat(line)
                                .startsWith("key: the file \"" + certificate + "\" holds no private key"));
        assertThat(problems("{\"certificate\": \"broken.pem\", \"key\": \"locked.pem\"}"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(" holds no ").doesNotContain("hush"));
        assertThat(problems("{\"certificate\": \".\"}"))
                .singleElement()
                .asString()
                .contains("the file \"" + folder + "\" can't be read");
    }

    @Test
    void text_of_a_key_is_checked_like_a_file_and_never_printed() throws IOException {
        Files.writeString(
                folder.resolve("pair.pem"), Files.readString(SelfSigned.any().key()));
        Path file = Files.writeString(folder.resolve("c.json"), "{\"key\": {\"$file\": \"pair.pem\"}}");
        String printed = load(file)
                .fold(
                        valid -> EffectiveValues.of(valid.settings()),
                        invalid -> fail(invalid).toString());
        assertThat(printed).contains("\"key\": \"[REDACTED]\"");
        assertThat(problems("{\"certificate\": {\"$file\": \"pair.pem\"}}"))
                .singleElement()
                .asString()
                .startsWith("certificate: the text holds no certificate");
    }

    @Test
    void one_file_may_contain_the_certificate_and_its_key() throws IOException {
        SelfSigned pair = SelfSigned.any();
        Files.writeString(
                folder.resolve("pair.pem"), Files.readString(pair.key()) + Files.readString(pair.certificate()));
        valid("{\"certificate\": \"pair.pem\", \"key\": \"pair.pem\"}");
    }

    private static String path(Pem pem) {
        return pem.fold(path -> path, text -> "");
    }

    private Paths valid(String json) throws IOException {
        return load(Files.writeString(folder.resolve("c.json"), json))
                .fold(Loaded.Valid::value, invalid -> fail(invalid));
    }

    private List<String> problems(String json) throws IOException {
        return load(Files.writeString(folder.resolve("c.json"), json))
                .fold(
                        valid -> List.of(),
                        invalid -> invalid.problems().stream()
                                .map(Problem::toString)
                                .toList());
    }

    private static Paths fail(Loaded.Invalid<Paths> invalid) {
        throw new AssertionError(invalid.problems());
    }

    private static Loaded<Paths> load(Path file, String... sets) {
        return ConfigFile.load(
                file,
                List.of(sets),
                Map.of("KEY", "../key.pem"),
                root -> new Paths(
                        root.path("store", "a folder"),
                        root.pem("certificate", Pem.Content.CERTIFICATE, "a certificate"),
                        root.pem("key", Pem.Content.PRIVATE_KEY, "its key"),
                        root.text("text", "", "a text")));
    }
}
