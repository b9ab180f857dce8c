package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page about logins shows can be used as it is. */
class LoginPageTest {
    private static final Path PAGE = Path.of("src/docs/login.md");
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```json\\n(.*?)^```");
    private static final Pattern DETAIL = Pattern.compile("(?m)^\\| (`[a-z_`, ]+`) \\|");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("JWT_SECRET", Configs.SECRET, "JWT_SECRET_NEXT", "the next secret of the tests, long enough too");

    /** What the other parts of a file say, where a snippet leaves them out. */
    private static final Map<String, String> REST = Map.of(
            "http", "http.trustedProxies=[\"127.0.0.1\"]", "origin", "origin.allowed=[\"https://chat.example.com\"]");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeTheFilesThatSnippetsName() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        Files.writeString(
                folder.resolve("jwt-public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(
                                        generator.generateKeyPair().getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        Path tls = Files.createDirectory(folder.resolve("tls"));
        Files.copy(SelfSigned.any().certificate(), tls.resolve("chain.pem"));
        Files.copy(SelfSigned.any().key(), tls.resolve("key.pem"));
        PrivateAuthority clients = PrivateAuthority.in(Files.createDirectory(folder.resolve("clients")));
        Files.copy(clients.certificate(), tls.resolve("clients-ca.pem"));
        Files.copy(clients.revoke(clients.client("lost")), tls.resolve("clients-crl.pem"));
    }

    static Stream<String> snippets() throws IOException {
        return SNIPPET.matcher(Files.readString(PAGE)).results().map(found -> found.group(1));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void snippet_is_part_of_a_valid_configuration(String snippet) throws IOException {
        Path file = folder.resolve("node.json");
        Files.writeString(file, snippet);
        JsonObject given = new JsonObject(snippet);
        List<String> rest = new ArrayList<>();
        REST.forEach((section, set) -> {
            if (!given.containsKey(section)) {
                rest.add(set);
            }
        });

        List<Problem> problems = ConfigFile.load(file, rest, ENVIRONMENT, NodeConfigReader::read)
                .fold(good -> List.<Problem>of(), bad -> bad.problems());

        assertThat(problems).isEmpty();
    }

    @Test
    void page_shows_each_kind_of_login() throws IOException {
        assertThat(snippets()).hasSize(9);
        assertThat(Files.readString(PAGE))
                .contains("\"secret\"", "\"publicKey\"", "\"jwks\"", "\"discovery\"", "\"cookie\"", "\"certificates\"");
    }

    @Test
    void details_that_the_page_explains_are_those_of_the_log() throws IOException {
        List<String> known =
                Stream.of(TokenDefect.values()).map(TokenDefect::id).toList();
        List<String> explained = DETAIL.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult row) -> row.group(1).replace("`", ""))
                .flatMap(cell -> Stream.of(cell.split(", ")))
                .toList();

        assertThat(explained).hasSizeGreaterThan(15).isSubsetOf(known).doesNotHaveDuplicates();
    }
}
