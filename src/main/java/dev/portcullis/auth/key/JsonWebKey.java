package dev.portcullis.auth.key;

import dev.portcullis.protocol.Result;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A public key of a key set that can check signatures (RFC 7517, RFC 7518 section 6, RFC 8037).
 *
 * @param kid its name
 * @param algorithms the algorithms that it checks: its own {@code alg}, or if it has none all of the issuer's that fit it
 */
record JsonWebKey(Optional<String> kid, PublicKey key, Set<SignatureAlgorithm> algorithms) {
    /** Each key costs a check of its point or modulus (CWE-770). */
    private static final int MAX_KEYS = 100;

    private static final int MAX_KID = 256;
    private static final int COORDINATE_BYTES = 32;

    /** Members of private and of symmetric keys: a key that was published so is known to all. */
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    /** The bytes before the 32 bytes of an Ed25519 key in its DER (RFC 8410 section 4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    JsonWebKey {
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * The keys of a key set that can be used (RFC 7517 section 5): the others are left out, as section 5 demands. A set without
     * any usable key is no set: it is the answer of a broken server, and must not take away the keys that are known.
     *
     * @param allowed the issuer's algorithms
     */
    static Result<List<JsonWebKey>, KeyFetchResult> readSet(byte[] body, Set<SignatureAlgorithm> allowed) {
        Optional<List<?>> entries =
                JsonDocument.parse(body).flatMap(set -> set.list("keys")).filter(all -> all.size() <= MAX_KEYS);
        if (entries.isEmpty()) {
            return Result.refused(KeyFetchResult.BAD_DOCUMENT);
        }
        List<JsonWebKey> keys = entries.get().stream()
                .flatMap(entry -> JsonDocument.of(entry).stream())
                .flatMap(entry -> read(entry, allowed).stream())
                .toList();
        return keys.isEmpty() ? Result.refused(KeyFetchResult.NO_KEYS) : Result.done(keys);
    }

    /** Empty for a key that is for something else, is not good enough, or has what is not understood. */
    static Optional<JsonWebKey> read(JsonDocument jwk, Set<SignatureAlgorithm> allowed) {
        if (!isForSignatures(jwk) || PRIVATE.stream().anyMatch(jwk::has)) {
            return Optional.empty();
        }
        if (jwk.has("kid")
                && jwk.text("kid").filter(kid -> kid.length() <= MAX_KID).isEmpty()) {
            return Optional.empty();
        }
        return publicKey(jwk)
                .filter(key -> PublicKeyRules.problem(key).isEmpty())
                .map(key -> new JsonWebKey(jwk.text("kid"), key, algorithms(jwk, key, allowed)))
                .filter(key -> !key.algorithms.isEmpty());
    }

    /** RFC 7517 sections 4.2 and 4.3. */
    private static boolean isForSignatures(JsonDocument jwk) {
        return (!jwk.has("use") || jwk.text("use").filter("sig"::equals).isPresent())
                && (!jwk.has("key_ops")
                        || jwk.list("key_ops")
                                .filter(operations -> operations.contains("verify"))
                                .isPresent());
    }

    private static Set<SignatureAlgorithm> algorithms(
            JsonDocument jwk, PublicKey key, Set<SignatureAlgorithm> allowed) {
        Set<SignatureAlgorithm> fitting =
                new HashSet<>(KeyFamily.of(key).map(SignatureAlgorithm::of).orElse(Set.of()));
        fitting.retainAll(allowed);
        if (jwk.has("alg")) {
            Set<SignatureAlgorithm> own =
                    jwk.text("alg").flatMap(SignatureAlgorithm::of).map(Set::of).orElse(Set.of());
            fitting.retainAll(own);
        }
        return fitting;
    }

    private static Optional<PublicKey> publicKey(JsonDocument jwk) {
        try {
            return switch (jwk.text("kty").orElse("")) {
                case "RSA" -> rsa(jwk);
                case "EC" -> jwk.text("crv").filter("P-256"::equals).isPresent() ? p256(jwk) : Optional.empty();
                case "OKP" -> jwk.text("crv").filter("Ed25519"::equals).isPresent() ? ed25519(jwk) : Optional.empty();
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> rsa(JsonDocument jwk) throws GeneralSecurityException {
        Optional<BigInteger> modulus = number(jwk, "n");
        Optional<BigInteger> exponent = number(jwk, "e");
        return modulus.isPresent() && exponent.isPresent()
                ? Optional.of(KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(modulus.get(), exponent.get())))
                : Optional.empty();
    }

    /** Each coordinate has exactly 32 bytes (RFC 7518 section 6.2.1.2). */
    private static Optional<PublicKey> p256(JsonDocument jwk) throws GeneralSecurityException {
        boolean sized = Stream.of("x", "y")
                .allMatch(name -> jwk.bytes(name)
                        .filter(bytes -> bytes.length == COORDINATE_BYTES)
                        .isPresent());
        if (!sized) {
            return Optional.empty();
        }
        ECPoint point =
                new ECPoint(number(jwk, "x").orElseThrow(), number(jwk, "y").orElseThrow());
        return Optional.of(
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, SignatureCheck.P256)));
    }

    private static Optional<PublicKey> ed25519(JsonDocument jwk) throws GeneralSecurityException {
        byte[] x = jwk.bytes("x").orElse(new byte[0]);
        if (x.length != COORDINATE_BYTES) {
            return Optional.empty();
        }
        byte[] encoded = new byte[ED25519_PREFIX.length + x.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
        return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    }

    private static Optional<BigInteger> number(JsonDocument jwk, String name) {
        return jwk.bytes(name).map(bytes -> new BigInteger(1, bytes));
    }
}
