package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each of {@code src/docs/examples/sign} makes tokens that a node accepts. One is left out where its language is not
 * installed.
 */
@ExtendWith(VertxExtension.class)
class SignExamplesIT {
    private static final Path EXAMPLES = Path.of("src/docs/examples/sign");
    private static final String SECRET = "a secret of this test, 32 bytes or more";
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static TestNode node;
    private static TokenConfig config;

    @BeforeAll
    static void start(Vertx shared) throws Exception {
        vertx = shared;
        String issuers = "auth.issuers=[" + issuer("\"secret\": \"" + SECRET + "\"") + ", "
                + issuer("\"publicKey\": \"" + publicKey("EC", 256) + "\"") + ", "
                + issuer("\"publicKey\": \"" + publicKey("RSA", 2_048) + "\"") + "]";
        node = TestNode.generous(issuers);
        config = TestNode.edited(issuers).auth().tokens();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "node sign.mjs, ",
        "node sign.mjs, EC",
        "python3 sign.py, ",
        "python3 sign.py, EC",
        "python3 sign_plain.py, ",
        "go run sign.go, ",
        "php sign.php, ",
        "php sign.php, RSA",
        "java Sign.java, ",
        "java Sign.java, EC",
    })
    void token_of_an_example_opens_a_connection(String command, @Nullable String key) throws Exception {
        assumeTrue(isInstalled(command), () -> "not installed: " + command);
        long before = System.currentTimeMillis();

        Result result = run(words(command + " ann moderator"), environment(key));

        assertThat(result.code()).as(result.errors()).isZero();
        String token = result.output().strip();
        TokenClaims claims = claims(token);
        assertThat(claims.userId().value()).isEqualTo("ann");
        assertThat(claims.role()).isEqualTo(Role.MODERATOR);
        assertThat(claims.expiresAt() - claims.issuedAt()).isEqualTo(LIFETIME.toMillis());
        assertThat(claims.issuedAt()).isBetween(before - 1_000, System.currentTimeMillis());
        assertThat(claims(
                        run(words(command + " ann"), environment(key)).output().strip()))
                .satisfies(next -> assertThat(next.tokenId()).isNotEqualTo(claims.tokenId()))
                .satisfies(next -> assertThat(next.role()).isEqualTo(Role.MEMBER));
        try (JdkPeer peer = JdkPeer.admitted(node.ws(), token)) {
            JsonObject success = peer.next("auth_success");
            assertThat(success.getString("userId")).isEqualTo("ann");
            assertThat(success.getString("role")).isEqualTo("moderator");
        }
    }

    /** A short secret can be guessed from one token (RFC 8725 section 3.5). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "node sign.mjs",
                "python3 sign.py",
                "python3 sign_plain.py",
                "go run sign.go",
                "php sign.php",
                "java Sign.java"
            })
    void example_signs_nothing_with_a_short_secret(String command) throws Exception {
        assumeTrue(isInstalled(command), () -> "not installed: " + command);

        Result result = run(words(command + " ann"), Map.of("JWT_SECRET", "short"));

        assertThat(result.code()).isNotZero();
        assertThat(result.output()).doesNotContain("eyJ");
    }

    /** Some libraries sign with any key, and the token is then of no algorithm. */
    @ParameterizedTest
    @CsvSource({"node sign.mjs, RSA", "python3 sign.py, RSA", "php sign.php, EC", "java Sign.java, RSA"})
    void example_signs_nothing_with_a_key_of_another_kind(String command, String key) throws Exception {
        assumeTrue(isInstalled(command), () -> "not installed: " + command);

        Result result = run(words(command + " ann"), environment(key));

        assertThat(result.code()).isNotZero();
        assertThat(result.output()).doesNotContain("eyJ");
    }

    private static TokenClaims claims(String token) throws Exception {
        return TokenInspection.of(vertx, config, token, System::currentTimeMillis)
                .await(30, TimeUnit.SECONDS)
                .verification()
                .orElseThrow()
                .fold(valid -> valid, invalid -> {
                    throw new AssertionError(invalid.toString());
                });
    }

    private static String issuer(String key) {
        return "{\"issuer\": \"https://chat.example.com\", \"audience\": \"portcullis\", " + key + "}";
    }

    private static Path publicKey(String algorithm, int size) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        KeyPair pair = generator.generateKeyPair();
        pem(algorithm + "-private", "PRIVATE KEY", pair.getPrivate().getEncoded());
        return pem(algorithm + "-public", "PUBLIC KEY", pair.getPublic().getEncoded());
    }

    private static Path pem(String name, String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(name + ".pem"),
                "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static Map<String, String> environment(@Nullable String key) {
        return key == null
                ? Map.of("JWT_SECRET", SECRET)
                : Map.of("JWT_KEY", folder.resolve(key + "-private.pem").toString());
    }

    /** PyJWT and what it needs for ES256 are packages of their own. */
    private static boolean isInstalled(String command) throws Exception {
        List<String> check = command.endsWith("sign.py")
                ? List.of("python3", "-c", "import jwt, cryptography")
                : List.of("sh", "-c", "command -v " + words(command).get(0));
        return run(check, Map.of()).code() == 0;
    }

    private static List<String> words(String command) {
        return List.of(command.split(" "));
    }

    private static Result run(List<String> command, Map<String, String> environment) throws Exception {
        Path output = Files.createTempFile(folder, "out", ".txt");
        Path errors = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(EXAMPLES.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JWT_"));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as(command.toString())
                    .isTrue();
            return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (IOException missing) { // there is no such command
            return new Result(127, "", missing.toString());
        }
    }

    private record Result(int code, String output, String errors) {}
}
