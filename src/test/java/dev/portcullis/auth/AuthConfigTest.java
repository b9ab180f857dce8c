package dev.portcullis.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AuthConfigTest {
    private static final String SECRET = "x".repeat(32);
    private static final String ISSUER = "{'secret':'" + SECRET + "'}";

    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void config_with_one_secret_gets_all_defaults() throws IOException {
        AuthConfig config = read("{'issuers':[" + ISSUER + "]}");

        assertThat(problems()).isEmpty();
        assertThat(config.accept())
                .containsExactlyInAnyOrder(
                        CredentialSource.SUBPROTOCOL, CredentialSource.MESSAGE, CredentialSource.HEADER);
        assertThat(config.rejectWith()).isEqualTo(AuthConfig.RejectWith.CLOSE);
        assertThat(config.tokens().maxLifetime()).isEqualTo(86_400_000);
        assertThat(config.messageTimeoutMs()).isEqualTo(10_000);
        IssuerConfig issuer = config.tokens().issuers().get(0);
        assertThat(issuer.algorithms()).containsExactly(SignatureAlgorithm.HS256);
        assertThat(issuer.maxRole()).isEqualTo(Role.ADMIN);
        assertThat(issuer.allowRooms()).isTrue();
        assertThat(issuer.userPrefix()).isEmpty();
        assertThat(issuer.issuer()).isEmpty();
        assertThat(issuer.audience()).isEmpty();
    }

    @Test
    void config_with_every_key_is_read() throws IOException {
        AuthConfig config = read("""
                {'accept':['header'],'rejectWith':'http','maxLifetime':60000,'issuers':[{'algorithms':['HS256'],
                'secret':'%s','issuer':'us','audience':'chat','userPrefix':'u:','maxRole':'moderator','allowRooms':false}]}
                """.formatted(SECRET));

        assertThat(problems()).isEmpty();
        assertThat(config.accepts(CredentialSource.HEADER)).isTrue();
        assertThat(config.accepts(CredentialSource.MESSAGE)).isFalse();
        assertThat(config.rejectWith()).isEqualTo(AuthConfig.RejectWith.HTTP);
        assertThat(config.tokens().issuers().get(0).issuer()).contains("us");
        assertThat(config.tokens().issuers().get(0).maxRole()).isEqualTo(Role.MODERATOR);
    }

    @Test
    void short_secret_is_a_problem_and_is_not_shown() throws IOException {
        read("{'issuers':[{'secret':'hunter2'},{'userPrefix':'b:'}]}");

        assertThat(paths()).contains("issuers[0].secret", "issuers[1].secret");
        assertThat(problems()).noneMatch(problem -> problem.toString().contains("hunter2"));
        assertThat(reading.settings()).noneMatch(setting -> setting.toString().contains("hunter2"));
    }

    @Test
    void secret_needs_at_least_32_bytes() throws IOException {
        read("{'issuers':[{'secret':'" + "é".repeat(15) + "x'}]}");
        read("{'issuers':[{'secret':'" + "é".repeat(16) + "'}]}");

        assertThat(problems()).hasSize(1).allMatch(problem -> problem.what().contains("31 bytes"));
    }

    @Test
    void each_way_in_can_be_accepted() throws IOException {
        AuthConfig config = read("{'accept':['cookie','query'],'cookieName':'t','expiryNoticeMs':5000,'issuers'"
                + ":[{'algorithms':['HS256'],'secret':'" + SECRET + "'}]}");

        assertThat(problems()).isEmpty();
        assertThat(config.accept()).containsExactlyInAnyOrder(CredentialSource.COOKIE, CredentialSource.QUERY);
        assertThat(config.cookieName()).isEqualTo("t");
        assertThat(config.expiryNoticeMs()).isEqualTo(5_000);
    }

    @Test
    void cookie_and_query_are_not_accepted_by_default() throws IOException {
        AuthConfig config = read("{'issuers':[{'algorithms':['HS256'],'secret':'" + SECRET + "'}]}");

        assertThat(config.accept())
                .containsExactlyInAnyOrder(
                        CredentialSource.SUBPROTOCOL, CredentialSource.MESSAGE, CredentialSource.HEADER);
    }

    @Test
    void unknown_source_or_unsupported_algorithm_is_a_problem() throws IOException {
        read("{'accept':['smoke'],'issuers':[{'algorithms':['RS256','none'],'secret':'" + SECRET + "'}]}");

        assertThat(paths()).contains("accept[0]", "issuers[0].algorithms");
    }

    @Test
    void empty_sources_or_algorithms_are_problems() throws IOException {
        read("{'accept':[],'issuers':[{'algorithms':[],'secret':'" + SECRET + "'}]}");

        assertThat(paths()).containsExactlyInAnyOrder("accept", "issuers[0].algorithms");
    }

    @Test
    void issuers_that_could_name_the_same_user_are_a_problem() throws IOException {
        read("{'issuers':[" + issuer("a", "") + "," + issuer("b", "b:") + "]}");

        assertThat(paths()).containsExactly("issuers[1].userPrefix");
    }

    @Test
    void prefix_that_begins_with_another_is_a_problem() throws IOException {
        read("{'issuers':[" + issuer("a", "x") + "," + issuer("b", "xy") + "," + issuer("c", "z") + "]}");

        assertThat(paths()).containsExactly("issuers[1].userPrefix");
    }

    @Test
    void secret_shared_by_two_issuers_is_a_problem() throws IOException {
        String one = "{'secret':'" + SECRET + "','userPrefix':'a:'}";
        read("{'issuers':[" + one + "," + one.replace("a:", "b:") + "]}");

        assertThat(paths()).containsExactly("issuers[1].secret");
    }

    @Test
    void one_issuer_may_have_two_secrets() throws IOException {
        String old = issuer("a", "").replace("'userPrefix'", "'issuer':'us','userPrefix'");
        String current = issuer("b", "").replace("'userPrefix'", "'issuer':'us','userPrefix'");
        read("{'issuers':[" + old + "," + current + "]}");

        assertThat(problems()).isEmpty();
    }

    /** As {@code init} writes an entry, and as it is rotated. */
    @Test
    void secrets_for_one_audience_are_of_one_issuer_without_a_name() throws IOException {
        String old = issuer("a", "").replace("'userPrefix'", "'audience':'chat','userPrefix'");
        String current = issuer("b", "").replace("'userPrefix'", "'audience':'chat','userPrefix'");
        read("{'issuers':[" + old + "," + current + "]}");
        assertThat(problems()).isEmpty();

        read("{'issuers':[" + old + "," + current.replace("chat", "other") + "]}");
        assertThat(paths()).containsExactly("issuers[1].userPrefix");
    }

    @Test
    void server_without_a_name_is_no_key_of_another_issuer() throws IOException {
        read("{'issuers':[" + issuer("a", "").replace("'userPrefix'", "'audience':'chat','userPrefix'")
                + ",{'jwks':'https://id.example/keys','audience':'chat'}]}");

        assertThat(paths()).contains("issuers[1].userPrefix");
    }

    @Test
    void session_defaults_are_those_of_the_protocol() throws IOException {
        SessionsConfig config = SessionsConfig.read(section("{}"));

        assertThat(problems()).isEmpty();
        assertThat(config.max()).isEqualTo(5);
        assertThat(config.onExceeded()).isEqualTo(SessionsConfig.OnExceeded.REJECT);
        assertThat(config.handshakesPerMinute()).isEqualTo(30);
        assertThat(config.suspectAfterMs()).isEqualTo(5_000);
        assertThat(config.probeTimeoutMs()).isEqualTo(2_000);
        assertThat(SessionsConfig.read(section("{'onExceeded':'evict_oldest'}")).onExceeded())
                .isEqualTo(SessionsConfig.OnExceeded.EVICT_OLDEST);
    }

    private static String issuer(String name, String prefix) {
        return "{'secret':'" + name.repeat(32) + "','userPrefix':'" + prefix + "'}";
    }

    private AuthConfig read(String json) throws IOException {
        Section section = section(json);
        AuthConfig config = AuthConfig.read(section, 1);
        section.refuseUnknown();
        return config;
    }

    @SuppressWarnings("unchecked") // the tests write objects only
    private Section section(String json) throws IOException {
        Object parsed = Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
        return Section.root((Map<String, Object>) parsed, reading);
    }

    private List<Problem> problems() {
        return reading.problems().found();
    }

    private List<String> paths() {
        return problems().stream().map(Problem::path).toList();
    }
}
