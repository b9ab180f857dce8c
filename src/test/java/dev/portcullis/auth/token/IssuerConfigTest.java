package dev.portcullis.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.auth.key.KeyOrigin.OfPublicKey;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IssuerConfigTest {
    private static final String SECRET = "'secret':'" + "x".repeat(64) + "'";
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    @TempDir
    Path folder;

    private ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    static Stream<Arguments> problems() {
        return Stream.of(
                arguments("secret", "{}"),
                arguments("secret", "{" + SECRET + ",'jwks':'https://id.example/jwks','audience':'a'}"),
                arguments("audience", "{'jwks':'https://id.example/jwks'}"),
                arguments("audience", "{'discovery':'https://id.example" + WELL_KNOWN + "'}"),
                arguments("discovery", "{'discovery':'https://id.example','audience':'a'}"),
                arguments("jwks", "{'jwks':'http://id.example/jwks','audience':'a'}"),
                arguments("jwks", "{'jwks':'https://u:p@id.example/jwks','audience':'a'}"),
                arguments("algorithms", "{'jwks':'https://id.example/jwks','audience':'a','algorithms':['HS256']}"),
                arguments("algorithms", "{" + SECRET + ",'algorithms':['HS256','RS256']}"),
                arguments("algorithms", "{" + SECRET + ",'algorithms':['none']}"),
                arguments("algorithms", "{" + SECRET + ",'algorithms':['hs256']}"),
                arguments("algorithms", "{" + SECRET + ",'algorithms':[]}"),
                arguments("secret", "{'secret':'" + "x".repeat(47) + "','algorithms':['HS384']}"),
                arguments("secret", "{'secret':'" + "x".repeat(63) + "','algorithms':['HS256','HS512']}"),
                arguments("secret", "{'secret':'-----BEGIN PUBLIC KEY----- " + "x".repeat(64) + "'}"),
                arguments("roles.boss", "{" + SECRET + ",'roles':{'boss':'owner'}}"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("problems")
    void issuer_that_can_not_be_used_is_a_problem(String key, String issuer) throws IOException {
        read("{'issuers':[" + issuer + "]}");

        assertThat(paths()).contains("issuers[0]." + key);
    }

    @ParameterizedTest
    @CsvSource({"publicKey,no-such-file.pem", "discovery,https://id.example", "jwks,http://id.example/jwks"})
    void keys_that_can_not_be_read_are_the_only_problem_whatever_algorithms_says(String source, String value)
            throws IOException {
        read("{'issuers':[{'" + source + "':'" + value + "','audience':'a','algorithms':['ES256']}]}");

        assertThat(paths()).containsExactly("issuers[0]." + source);
    }

    @Test
    void issuer_of_a_server_grants_little_unless_the_configuration_says_more() throws IOException {
        IssuerConfig issuer = read("{'issuers':[{'discovery':'https://id.example/realms/a" + WELL_KNOWN
                        + "','audience':'chat'}]}")
                .issuers()
                .get(0);

        assertThat(reading.problems().found()).isEmpty();
        assertThat(issuer.maxRole()).isEqualTo(Role.MEMBER);
        assertThat(issuer.allowRooms()).isFalse();
        assertThat(issuer.claims().username()).isEqualTo("preferred_username");
        assertThat(issuer.algorithms())
                .containsExactlyInAnyOrder(
                        SignatureAlgorithm.RS256,
                        SignatureAlgorithm.PS256,
                        SignatureAlgorithm.ES256,
                        SignatureAlgorithm.EDDSA);
        assertThat(issuer.possibleIssuers())
                .containsExactlyInAnyOrder("https://id.example/realms/a", "https://id.example/realms/a/");
    }

    @ParameterizedTest
    @CsvSource({"RS256, RS256 PS256", "ES256, ES256", "EdDSA, EdDSA"})
    void public_key_is_read_from_a_file_with_the_algorithms_that_fit(String algorithm, String fitting)
            throws IOException {
        TestKeys keys = TestKeys.of(algorithm, "k");
        Path file = Files.writeString(folder.resolve("key.pem"), keys.pem());
        IssuerConfig issuer =
                read("{'issuers':[{'publicKey':'" + file + "'}]}").issuers().get(0);

        assertThat(reading.problems().found()).isEmpty();
        assertThat(issuer.keys()).isEqualTo(new OfPublicKey(keys.pair().getPublic()));
        assertThat(String.join(" ", SignatureAlgorithm.ids(issuer.algorithms())))
                .isEqualTo(fitting);
        assertThat(issuer.maxRole()).isEqualTo(Role.ADMIN);
        assertThat(issuer.allowRooms()).isTrue();
    }

    @Test
    void public_key_that_is_weak_or_none_is_a_problem() throws IOException {
        for (String pem : List.of(
                TestKeys.rsa("k", 1_024).pem(),
                "no key",
                TestKeys.of("ES256", "a").pem() + TestKeys.of("ES256", "b").pem())) {
            reading = new ConfigReading(Map.of(), Path.of("."));
            Path file = Files.writeString(folder.resolve("key.pem"), pem);
            read("{'issuers':[{'publicKey':'" + file + "'}]}");
            assertThat(paths()).contains("issuers[0].publicKey");
        }
    }

    @Test
    void two_issuers_share_neither_key_set_nor_name() throws IOException {
        String jwks = "'jwks':'https://id.example/jwks','audience':'a'";
        read("{'issuers':[{" + jwks + ",'userPrefix':'a:','issuer':'one'},{" + jwks
                + ",'userPrefix':'b:','issuer':'two'}]}");
        assertThat(paths()).containsExactly("issuers[1].jwks");

        reading = new ConfigReading(Map.of(), Path.of("."));
        read("{'issuers':[{" + jwks + ",'userPrefix':'a:','issuer':'one'},{"
                + jwks.replace("id.example", "ID.example:443") + ",'userPrefix':'b:','issuer':'two'}]}");
        assertThat(paths()).as("the same URL in another spelling").containsExactly("issuers[1].jwks");

        reading = new ConfigReading(Map.of(), Path.of("."));
        read("{'issuers':[{'secret':'" + "a".repeat(32) + "','userPrefix':'a:','issuer':'us'},{'secret':'"
                + "b".repeat(32) + "','userPrefix':'b:','issuer':'us'}]}");
        assertThat(paths()).containsExactly("issuers[1].issuer");
    }

    @Test
    void digest_covers_all_that_decides_what_a_token_means() throws IOException {
        String plain = "{" + SECRET + "%s}";
        Set<List<String>> all = new HashSet<>();
        List<String> variants = List.of(
                "",
                ",'issuer':'us'",
                ",'audience':'us'",
                ",'userPrefix':'us'",
                ",'maxRole':'member'",
                ",'allowRooms':false",
                ",'algorithms':['HS512']",
                ",'claims':{'sub':'x'}",
                ",'claims':{'role':'x'}",
                ",'roles':{'boss':'admin'}");
        for (String more : variants) {
            all.add(read("{'issuers':[" + plain.formatted(more) + "]}")
                    .issuers()
                    .get(0)
                    .parts());
        }
        assertThat(all).hasSize(variants.size());
    }

    @SuppressWarnings("unchecked") // the tests write objects only
    private TokenConfig read(String json) throws IOException {
        Object parsed = Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
        Section section = Section.root((Map<String, Object>) parsed, reading);
        TokenConfig config = TokenConfig.read(section, 1);
        section.refuseUnknown();
        return config;
    }

    private List<String> paths() {
        return reading.problems().found().stream().map(Problem::path).toList();
    }
}
