package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.auth.key.IssuerServer;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code token check}. */
@ExtendWith(VertxExtension.class)
class TokenCheckTest {
    private static final String THEIRS = "another-secret-of-the-tests-and-of-nothing-else";
    private static final Path TWO = Configs.of("{\"auth\": {\"issuers\": ["
            + "{\"issuer\": \"us\", \"userPrefix\": \"a:\", \"secret\": \"" + Configs.SECRET + "\"},"
            + "{\"issuer\": \"them\", \"userPrefix\": \"b:\", \"secret\": \"" + THEIRS + "\"}]}}");

    @TempDir
    Path folder;

    @Test
    void valid_token_is_accepted_in_one_line_without_the_token() {
        String token = token(Configs.SECRET, "us", Duration.ofHours(1));
        Result result = check(token + "\n", TWO);
        assertThat(result.code()).isZero();
        assertThat(result.lines())
                .singleElement()
                .asString()
                .startsWith("accepted: user a:ann, role member, rooms team-1 ops-*, until 2")
                .endsWith("; issuer: auth.issuers[0], iss \"us\"")
                .doesNotContain(token);
        assertThat(result.errors()).isEmpty();
    }

    /** Its descriptor may be one that the JVM needs. */
    @Test
    void standard_input_is_not_closed() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream in = new ByteArrayInputStream(new byte[] {'x'}) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        Terminal.of(Commands.of(new TokenCommand(Map.of(), TokenCommand::signAsFirstIssuer, in)))
                .run("token", "check", "-c", TWO.toString());
        assertThat(closed).isFalse();
    }

    @Test
    void token_is_read_from_a_file() throws IOException {
        Path file = Files.writeString(
                folder.resolve("token.txt"), token(Configs.SECRET, "us", Duration.ofHours(1)) + "\r\n");
        assertThat(check("", TWO, "--file", file.toString()).code()).isZero();
    }

    @Test
    void token_is_taken_from_the_argument() {
        String token = token(Configs.SECRET, "us", Duration.ofHours(1));
        Result accepted = check("", TWO, token);
        assertThat(accepted.code()).isZero();
        assertThat(accepted.lines())
                .singleElement()
                .asString()
                .startsWith("accepted: ")
                .doesNotContain(token);
        assertThat(check(token, TWO, "a.b.c").code())
                .as("not the standard input then")
                .isEqualTo(1);
    }

    @Test
    void refused_token_prints_its_defect_and_its_issuer() {
        Result forged = check(token("a-secret-that-no-issuer-has-and-long-enough", "them", Duration.ofHours(1)), TWO);
        assertThat(forged.code()).isEqualTo(1);
        assertThat(forged.lines())
                .singleElement()
                .asString()
                .startsWith("refused: bad_signature (")
                .endsWith("; issuer: auth.issuers[1], iss \"them\"");
        Result expired = check(token(THEIRS, "them", Duration.ofHours(-1)), TWO);
        assertThat(expired.code()).isEqualTo(1);
        assertThat(expired.lines()).singleElement().asString().startsWith("refused: expired (exp is over); ");
        Result unknownIssuer = check(token(Configs.SECRET, "x\u001b[2J", Duration.ofHours(1)), TWO);
        assertThat(unknownIssuer.code()).isEqualTo(1);
        assertThat(unknownIssuer.lines())
                .as("nothing that a terminal would act on")
                .singleElement()
                .asString()
                .startsWith("refused: unknown_issuer (")
                .endsWith("; issuer: none, iss \"x [2J\"");
        Result otherAlgorithm =
                check(TestKeys.of("ES256", "k1").token("ES256", "{\"iss\":\"us\",\"sub\":\"ann\",\"exp\":1}"), TWO);
        assertThat(otherAlgorithm.lines())
                .singleElement()
                .asString()
                .startsWith("refused: wrong_algorithm (")
                .endsWith("; key: ES256, kid \"k1\"; issuer: none, iss \"us\"");
        Result nonsense = check("nonsense", TWO);
        assertThat(nonsense.code()).isEqualTo(1);
        assertThat(nonsense.lines()).singleElement().asString().startsWith("refused: malformed (");
    }

    @Test
    void keys_are_read_from_the_server_of_an_issuer(Vertx vertx) throws Exception {
        TestKeys keys = TestKeys.of("ES256", "k1");
        long now = System.currentTimeMillis() / 1_000;
        String token = keys.token(
                "ES256", "{\"sub\":\"ann\",\"aud\":\"chat\",\"iat\":" + now + ",\"exp\":" + (now + 60) + "}");
        try (IssuerServer server = new IssuerServer(vertx)) {
            server.put("/jwks", "{\"keys\":[" + keys.jwk("") + "]}");
            Path config = Configs.of(
                    "{\"auth\": {\"issuers\": [{\"jwks\": \"" + server.url("/jwks") + "\", \"audience\": \"chat\"}]}}");
            Result accepted = check(token, config);
            assertThat(accepted.code()).isZero();
            assertThat(accepted.lines())
                    .singleElement()
                    .asString()
                    .startsWith("accepted: user ann, role member, until ")
                    .contains("; key: ES256, kid \"k1\"; ")
                    .doesNotContain(token);
            Result unknown =
                    check(new TestKeys("k2", keys.pair()).token("ES256", "{\"exp\":" + (now + 60) + "}"), config);
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.lines()).singleElement().asString().startsWith("refused: unknown_key (");
            server.put("/jwks", "garbage");
            Result unread = check(token, config);
            assertThat(unread.code()).isEqualTo(2);
            assertThat(unread.lines()).isEmpty();
            assertThat(unread.errors())
                    .contains("not checked: ")
                    .contains("auth.issuers[0] (the answer is not the JSON that is needed)")
                    .doesNotContain(token);
        }
    }

    @Test
    void token_is_not_made_for_an_issuer_without_a_secret() {
        Path config = Configs.of(
                "{\"auth\": {\"issuers\": [{\"jwks\": \"https://id.example/jwks\"," + " \"audience\": \"chat\"}]}}");
        Terminal terminal = terminal("");
        assertThat(terminal.run("token", "-c", config.toString(), "--user", "ann", "--role", "member"))
                .isNotZero();
        assertThat(terminal.errors()).contains("only the issuers themselves can make tokens");
    }

    @Test
    void unusable_input_exits_with_2_and_prints_no_verdict() {
        for (Result result : List.of(
                check(" \n", TWO),
                check("", TWO, "--file", folder.resolve("missing").toString()),
                check("a.b.c", Configs.of("{\"typo\": 1}")),
                check("a.b.c", TWO, " "),
                check("", TWO, "a.b.c", "--file", folder.resolve("missing").toString()))) {
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.lines()).isEmpty();
            assertThat(result.errors()).isNotEmpty();
        }
    }

    /** Exit code 1 would mean that the token is refused. */
    @Test
    void accepted_token_with_unwritable_output_exits_with_2() throws IOException {
        Terminal closed =
                terminal(token(Configs.SECRET, "us", Duration.ofHours(1))).closed();
        assertThat(closed.run("token", "check", "-c", TWO.toString())).isEqualTo(2);
        assertThat(closed.errors()).startsWith("the output can't be written: ");
    }

    private static String token(String secret, String issuer, Duration ttl) {
        IssuerConfig config = new IssuerConfig(
                Set.of("HS256"), new Secret(secret), Optional.of(issuer), Optional.empty(), "", Role.ADMIN, true);
        return new TokenSigner(config, System::currentTimeMillis)
                .mint("ann", Role.MEMBER, List.of("team-1", "ops-*"), Optional.empty(), ttl);
    }

    private static Terminal terminal(String input) {
        return Terminal.of(Commands.of(new TokenCommand(
                Map.of(),
                TokenCommand::signAsFirstIssuer,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)))));
    }

    private static Result check(String input, Path config, String... more) {
        Terminal terminal = terminal(input);
        int code = terminal.run(Stream.concat(Stream.of("token", "check", "-c", config.toString()), Stream.of(more))
                .toArray(String[]::new));
        return new Result(code, terminal.printed().lines().toList(), terminal.errors());
    }

    private record Result(int code, List<String> lines, String errors) {}
}
