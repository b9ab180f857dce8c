package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.protocol.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSettingsTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_loopback_with_tls_and_no_origins() {
        assertThat(HttpConfig.read(of(Map.of())))
                .isEqualTo(new HttpConfig(
                        "127.0.0.1",
                        8080,
                        10_000,
                        30_000,
                        75_000,
                        64,
                        100,
                        6_000,
                        50_000,
                        5_000,
                        16,
                        List.of(),
                        HttpConfig.ProxyProtocol.OFF,
                        false,
                        true,
                        false));
        assertThat(OriginConfig.read(of(Map.of()))).isEqualTo(new OriginConfig(List.of(), Missing.REJECT));
        assertThat(TlsConfig.read(of(Map.of())))
                .isEqualTo(new TlsConfig(Optional.empty(), Optional.empty(), true, ClientTlsConfig.NONE, 5_000));
        assertThat(RequiredHeadersConfig.read(of(Map.of()))).isEqualTo(new RequiredHeadersConfig(Map.of()));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void each_invalid_row_is_reported_with_its_index() {
        HttpConfig.read(of(Map.of("trustedProxies", List.of("10.0.0.0/8", "10.0.0.1/8"), "port", 70_000L)));
        OriginConfig.read(of(Map.of("allowed", List.of("https://ok.example", "*"), "missing", "maybe")));
        assertThat(reading.problems().found())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("trustedProxies[1]", "port", "allowed[1]", "missing");
    }

    @Test
    void call_has_time_for_its_body() {
        HttpConfig.read(of(Map.of("bodyMs", 20_000L, "callMs", 19_999L)));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("callMs");
    }

    @Test
    void certificate_and_key_need_each_other() {
        TlsConfig.read(of(Map.of("certificate", "chain.pem")));
        TlsConfig.read(of(Map.of("key", "key.pem")));
        assertThat(reading.problems().found())
                .filteredOn(problem -> problem.what().equals("is missing"))
                .extracting(Problem::path)
                .containsExactly("key", "certificate");
    }

    @Test
    void clients_are_asked_for_certificates_only_with_tls_and_authorities() {
        TlsConfig.read(of(Map.of("clientAuth", "required")));
        assertThat(reading.problems().found())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("clientAuth", "clientCa");
    }

    @Test
    void authorities_that_are_never_asked_for_are_a_problem() {
        TlsConfig.read(of(Map.of("clientCa", SelfSigned.any().certificate().toString())));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("clientAuth");
    }

    /** The JDK trusts an authority for ever (RFC 5280 section 6.1.1). */
    @Test
    void expired_authority_is_a_problem(@TempDir Path folder) {
        SelfSigned own = SelfSigned.any();
        TlsConfig.read(of(Map.of(
                "certificate",
                own.certificate().toString(),
                "key",
                own.key().toString(),
                "clientAuth",
                "optional",
                "clientCa",
                SelfSigned.expired(folder).certificate().toString())));
        assertThat(reading.problems().found()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("clientCa");
            assertThat(problem.what()).contains("expired on");
        });
    }

    @Test
    void file_without_authorities_or_revocation_lists_is_a_problem() {
        SelfSigned own = SelfSigned.any();
        TlsConfig.read(of(Map.of(
                "certificate", own.certificate().toString(),
                "key", own.key().toString(),
                "clientAuth", "optional",
                "clientCa", own.key().toString(),
                "clientCrl", own.certificate().toString())));
        assertThat(reading.problems().found())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("clientCa", "clientCrl");
    }

    @Test
    void pem_is_a_path_or_text_and_never_printed() {
        Pem path = new Pem(new Secret("conf/key.pem"));
        Pem text = new Pem(new Secret("-----BEGIN PRIVATE KEY-----\nMII"));
        assertThat(path.<String>fold(file -> "file " + file, pem -> "text")).isEqualTo("file conf/key.pem");
        assertThat(text.<String>fold(file -> "file", pem -> "text " + pem.length()))
                .isEqualTo("text 31");
        assertThat(text.toString()).doesNotContain("MII");
    }

    @Test
    void required_headers_must_be_present_once_and_match() {
        RequiredHeadersConfig config = RequiredHeadersConfig.read(
                of(Map.of("requiredHeaders", Map.of("X-Edge", "s3cret", "User-Agent", "/Chat\\/[0-9.]+/"))));
        assertThat(config.judge(lines(List.of("s3cret"), List.of("Chat/1.2")))).isEqualTo(Verdict.GRANTED);
        assertThat(List.of(
                        config.judge(lines(List.of(), List.of("Chat/1.2"))),
                        config.judge(lines(List.of("S3cret"), List.of("Chat/1.2"))),
                        config.judge(lines(List.of("s3cret", "s3cret"), List.of("Chat/1.2"))),
                        config.judge(lines(List.of("s3cret"), List.of("xChat/1.2"))),
                        config.judge(lines(List.of("s3cret"), List.of("Chat/" + "1".repeat(600))))))
                .doesNotContain(Verdict.GRANTED);
        assertThat(config.toString()).doesNotContain("s3cret");
    }

    @Test
    void invalid_pattern_is_a_problem() {
        RequiredHeadersConfig.read(of(Map.of("requiredHeaders", Map.of("X-Edge", "/(/"))));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("requiredHeaders.X-Edge");
    }

    private static java.util.function.Function<String, List<String>> lines(List<String> edge, List<String> agent) {
        return name -> name.equals("X-Edge") ? edge : agent;
    }

    private Section of(Map<String, Object> values) {
        return Section.root(values, reading);
    }
}
