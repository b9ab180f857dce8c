package dev.portcullis.client.bench;

import dev.portcullis.client.Dialer;
import dev.portcullis.client.command.RoleConverter;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The token options of a run, from the command line or the environment. */
final class BenchTokens {
    static final String TOKEN_VARIABLE = "PORTCULLIS_TOKEN";
    static final String SECRET_VARIABLE = "PORTCULLIS_SECRET";

    /** RFC 7518 3.2: a key of HS256 has at least 256 bits. */
    private static final int MIN_SECRET_BYTES = 32;

    @ArgGroup(exclusive = true)
    private Credential credential = new Credential();

    @Option(names = "--issuer", paramLabel = "TEXT", description = "iss of the tokens made with --secret")
    private @Nullable String issuer;

    @Option(names = "--audience", paramLabel = "TEXT", description = "aud of the tokens made with --secret")
    private @Nullable String audience;

    @Option(
            names = "--role",
            defaultValue = "member",
            converter = RoleConverter.class,
            description = "role of the tokens made with --secret or --config (default: ${DEFAULT-VALUE})")
    private Role role = Role.MEMBER;

    private static final class Credential {
        @Option(names = "--token", paramLabel = "TOKEN", description = "one token for all members")
        private @Nullable String token;

        @Option(names = "--secret", paramLabel = "TEXT", description = "the HS256 secret to make tokens with")
        private @Nullable String secret;

        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "the server's configuration, to make tokens with its key")
        private @Nullable Path config;

        private boolean none() {
            return token == null && secret == null && config == null;
        }
    }

    /** @param usageError creates the exception for a usage error */
    Result<UserTokens, String> source(
            UserTokens.FromConfig configs,
            Map<String, String> environment,
            Function<String, ParameterException> usageError) {
        if (credential.config != null) {
            return configs.read(credential.config, role);
        }
        Optional<String> secret = given(credential.secret, SECRET_VARIABLE, environment);
        if (secret.isPresent()) {
            return Result.done(tokensOf(secret.get().getBytes(StandardCharsets.UTF_8), usageError));
        }
        String fixed = given(credential.token, TOKEN_VARIABLE, environment)
                .orElseThrow(() -> usageError.apply("give --secret, --config or --token"));
        if (!Dialer.canCarry(fixed)) {
            throw usageError.apply("the token is too long or has characters that no JWT has");
        }
        return Result.done((user, granted) -> fixed);
    }

    /** The environment counts only if the command line has no credential. */
    private Optional<String> given(@Nullable String option, String variable, Map<String, String> environment) {
        return Optional.ofNullable(credential.none() ? environment.get(variable) : option);
    }

    private UserTokens tokensOf(byte[] secret, Function<String, ParameterException> usageError) {
        if (secret.length < MIN_SECRET_BYTES) {
            throw usageError.apply(
                    "the secret has " + secret.length + " bytes; HS256 needs at least " + MIN_SECRET_BYTES);
        }
        return new HmacTokens(secret, Optional.ofNullable(issuer), Optional.ofNullable(audience), role.id());
    }

    /** Makes HS256 tokens for made-up users, with the secret of a test server. */
    static final class HmacTokens implements UserTokens {
        private static final String ALGORITHM = "HS256";
        private static final long LIFETIME_SECONDS = TimeUnit.HOURS.toSeconds(4);

        private final JWTAuth signer;
        private final Optional<String> issuer;
        private final Optional<String> audience;
        private final String role;

        HmacTokens(byte[] secret, Optional<String> issuer, Optional<String> audience, String role) {
            this.signer = JWTAuth.create(
                    null, // it would read files of key stores with Vert.x
                    new JWTAuthOptions()
                            .addPubSecKey(new PubSecKeyOptions()
                                    .setAlgorithm(ALGORITHM)
                                    .setBuffer(Buffer.buffer(secret))));
            this.issuer = issuer;
            this.audience = audience;
            this.role = role;
        }

        @Override
        public String tokenFor(String user, List<String> rooms) {
            long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
            JsonObject claims = new JsonObject()
                    .put("sub", user)
                    .put("role", role)
                    .put("jti", UUID.randomUUID().toString())
                    .put("iat", now)
                    .put("exp", now + LIFETIME_SECONDS)
                    .put("rooms", new JsonArray(rooms));
            issuer.ifPresent(value -> claims.put("iss", value));
            audience.ifPresent(value -> claims.put("aud", value));
            return signer.generateToken(
                    claims,
                    new JWTOptions()
                            .setAlgorithm(ALGORITHM)
                            .setHeader(new JsonObject().put("alg", ALGORITHM)) // so that it stays in front of typ
                            .setNoTimestamp(true));
        }
    }
}
