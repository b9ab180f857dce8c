package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Pseudonymiser;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFileConfigTest {
    @TempDir
    Path folder;

    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_write_no_file() {
        AuditFileConfig config = read(Map.of());

        assertThat(config.path()).isEmpty();
        assertThat(config)
                .isEqualTo(new AuditFileConfig(
                        Optional.empty(),
                        "",
                        new AuditFileConfig.Rotation(67_108_864, 86_400_000, 100, 20, 365, 30),
                        AuditFileConfig.Fsync.CHECKPOINT,
                        new AuditFileConfig.Checkpoints(1_000, 5_000),
                        Optional.empty(),
                        16_384,
                        8_192,
                        AuditFileConfig.OnFailure.COUNT));
        assertThat(reading.problems().found()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rotateBytes, 65535",
        "rotateMs, 59999",
        "keepFiles, 1",
        "keepDays, -1",
        "keepAtLeastDays, 366",
        "queue, 15"
    })
    void value_out_of_bounds_is_a_problem(String key, long value) {
        read(Map.of(key, value));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly(key);
    }

    @Test
    void name_may_be_an_address_of_ipv6() {
        assertThat(read(Map.of("chain", "2001:db8::1")).chain()).isEqualTo("2001:db8::1");
        assertThat(reading.problems().found()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc", "a/b", "-a", "a b", "\u00e4"})
    void name_that_is_no_part_of_a_file_name_is_a_problem(String chain) {
        read(Map.of("chain", chain));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("chain");
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, 0", "RSA, 1", "Ed448, 1"})
    void key_is_one_of_ed25519(String algorithm, int problems) throws GeneralSecurityException, IOException {
        byte[] der = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";
        Path file = Files.writeString(folder.resolve("key.pem"), pem);

        read(Map.of("key", file.toString()));

        assertThat(reading.problems().found()).hasSize(problems);
    }

    @ParameterizedTest
    @CsvSource({"addresses, sixteen-letters-, 0", "addresses, too-short, 1", "addresses, , 1", "off, , 0"})
    void pseudonyms_need_a_secret(String replaced, String secret, int problems) {
        Map<String, Object> values = secret == null
                ? Map.of("pseudonymise", replaced)
                : Map.of("pseudonymise", replaced, "pseudonymSecret", secret);

        Optional<Secret> read = Pseudonymiser.readSecret(Section.root(values, reading));

        assertThat(reading.problems().found()).hasSize(problems);
        assertThat(read.isPresent()).isEqualTo(secret != null);
        assertThat(read.toString()).doesNotContain("sixteen-letters-");
    }

    private AuditFileConfig read(Map<String, Object> values) {
        return AuditFileConfig.read(Section.root(values, reading));
    }
}
