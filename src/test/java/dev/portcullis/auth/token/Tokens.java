package dev.portcullis.auth.token;

import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyOrigin;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.config.Live;
import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Role;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Writes tokens byte by byte, as an attacker or a careless issuer would. */
public final class Tokens {
    static final String SECRET = "a secret of the tests, 32 bytes or more";
    public static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    /** 2026-11-20, and a whole second. */
    public static final long NOW = 1_795_132_800_000L;

    private Tokens() {}

    public static IssuerConfig issuer() {
        return issuer(Optional.empty(), Optional.empty());
    }

    static IssuerConfig issuer(Optional<String> name, Optional<String> audience) {
        return issuer(SECRET, name, audience, "");
    }

    static IssuerConfig issuer(String secret, Optional<String> name, Optional<String> audience, String prefix) {
        return new IssuerConfig(Set.of("HS256"), new Secret(secret), name, audience, prefix, Role.ADMIN, true);
    }

    /** An issuer with a public key, of any name and for no audience. */
    static IssuerConfig issuer(SignatureAlgorithm algorithm, TestKeys keys) {
        return new IssuerConfig(
                Set.of(algorithm),
                new KeyOrigin.OfPublicKey(keys.pair().getPublic()),
                Optional.empty(),
                Optional.empty(),
                "",
                Role.ADMIN,
                true,
                ClaimNames.STANDARD,
                Map.of(),
                false);
    }

    public static TokenConfig config(IssuerConfig... issuers) {
        return new TokenConfig(List.of(issuers), 86_400_000, 2_000, 256, 1_000, 1 << 20);
    }

    /** Its threads end when they are idle. */
    static WorkerPool workers(Vertx vertx) {
        return new WorkerPool(vertx, "token", new WorkerPool.Config(2, 64, 30_000), () -> {});
    }

    /** Its timers end with Vert.x. */
    static KeyRing keys(Vertx vertx, TokenConfig config) {
        return new KeyRing(vertx, workers(vertx), config.keys(), Metrics.uncounted(), OutgoingMetrics.uncounted());
    }

    public static TokenTrust trust(Vertx vertx, TokenConfig config) throws Exception {
        return done(TokenTrust.open(keys(vertx, config), config));
    }

    static TokenVerifier verifier(Vertx vertx, TokenConfig config, LongSupplier clock) throws Exception {
        return new TokenVerifier(Live.fixed(trust(vertx, config)), clock);
    }

    /** Whether the token is refused as invalid. */
    static boolean isInvalid(TokenVerification verification) {
        return verification.fold(claims -> false, defect -> defect.refusal() == AuthRefusal.INVALID_TOKEN);
    }

    /** A time in seconds after {@link #NOW}, as in a claim. */
    static long in(long seconds) {
        return NOW / 1_000 + seconds;
    }

    /** Claims valid for an hour, with more claims or none: {@code , "role": "admin"}. */
    public static String claims(String more) {
        return "{\"sub\":\"ann\",\"iat\":" + in(0) + ",\"exp\":" + in(3_600) + more + "}";
    }

    public static String signed(String header, String claims) {
        return signed(header, claims, SECRET);
    }

    public static String signed(String header, String claims, String secret) {
        String body = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return body + "." + base64(hmac(body, secret));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hmac(String text, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
