package dev.portcullis.archive.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.EffectiveValues;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresConfigTest {
    @Test
    void empty_section_means_one_server_on_loopback() {
        PostgresConfig config = good("{}");
        assertThat(config.servers()).containsExactly(new HostPort("127.0.0.1", 5432));
        assertThat(config.database()).isEqualTo("portcullis");
        assertThat(config.user()).isEmpty();
        assertThat(config.password()).isEmpty();
        assertThat(config.tls()).isEmpty();
        assertThat(config.connections()).isEqualTo(8);
        assertThat(config.waiting()).isEqualTo(256);
        assertThat(config.connectMs()).isEqualTo(2_000);
        assertThat(config.statementMs()).isEqualTo(5_000);
    }

    @Test
    void uri_may_contain_credentials_and_several_hosts() {
        PostgresConfig config = good("""
                {"uri": "postgresql://chat:p%40ss+1@one.example.com,10.0.0.2:7000,[fd00::3]:7001/chat_archive"}""");
        assertThat(config.servers())
                .containsExactly(
                        new HostPort("one.example.com", 5432),
                        new HostPort("10.0.0.2", 7000),
                        new HostPort("fd00::3", 7001));
        assertThat(config.user()).contains("chat");
        assertThat(config.password()).map(Secret::reveal).contains("p@ss+1");
        assertThat(config.database()).isEqualTo("chat_archive");
    }

    @Test
    void password_is_never_printed() {
        Read read = read("{\"uri\": \"postgresql://chat:hunter22@127.0.0.1/db\"}");
        assertThat(read.config().toString() + read.effective()).doesNotContain("hunter22");
        assertThat(read("{\"uri\": \"postgresql://chat:hunter22@127.0.0.1\"}").problems())
                .isNotEmpty()
                .noneMatch(problem -> problem.contains("hunter22"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "uri": "postgresql://127.0.0.1/db"                                 | false
            "uri": "postgresql://localhost,[::1]:7000/db"                      | false
            "uri": "postgresql://127.0.0.1,10.0.0.2/db"                        | true
            "uri": "postgresql://db.example.com/db"                            | true
            "uri": "postgresql://db.example.com/db", "trustedNetwork": true    | false
            """)
    void tls_is_used_wherever_others_may_read(String keys, boolean used) {
        assertThat(good("{" + keys.trim() + "}").tls().isPresent()).isEqualTo(used);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"uri\": \"mysql://127.0.0.1/db\"}",
                "{\"uri\": \"postgresql://127.0.0.1\"}",
                "{\"uri\": \"postgresql://127.0.0.1/db?sslmode=disable\"}",
                "{\"uri\": \"postgresql://127.0.0.1/db&socketFactory=evil.Factory\"}",
                "{\"uri\": \"postgresql://127.0.0.1:70000/db\"}",
                "{\"uri\": \"postgresql://a:b@127.0.0.1/db\", \"user\": \"c\"}",
                "{\"tls\": {\"ca\": \"missing.pem\"}}",
                "{\"connections\": 1}",
                "{\"statementMs\": 0}"
            })
    void contradictions_and_what_is_out_of_bounds_are_refused(String json) {
        assertThat(read(json).problems()).isNotEmpty();
    }

    private static PostgresConfig good(String json) {
        Read read = read(json);
        assertThat(read.problems()).isEmpty();
        return read.config();
    }

    private static Read read(String json) {
        try {
            ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Json.parse(json));
            PostgresConfig config = PostgresConfig.read(Section.root(tree, reading));
            return new Read(
                    config,
                    reading.problems().found().stream().map(Problem::toString).toList(),
                    EffectiveValues.of(reading.settings()));
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    /** The result of reading a section. */
    private record Read(PostgresConfig config, List<String> problems, String effective) {}
}
