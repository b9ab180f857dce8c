package dev.portcullis.auth.key;

import dev.portcullis.config.crypto.Base64Url;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.impl.jose.JWS;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SignatureException;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks signatures of one algorithm with one key, on the calling thread. vertx-auth-jwt does the arithmetic, and here
 * stand the checks that it leaves out. Used by all threads: the library keeps the state of a check for each thread.
 */
final class SignatureCheck {
    /** The curve of ES256 (RFC 7518 section 3.4). */
    static final ECParameterSpec P256 = p256();

    /** R and S of ES256 (RFC 7518 section 3.4), or R and S of Ed25519 (RFC 8032 section 5.1.6). */
    private static final int TWO_NUMBERS = 64;

    private final SignatureAlgorithm algorithm;
    private final int signatureBytes;
    private final JWTAuth library;

    private SignatureCheck(SignatureAlgorithm algorithm, int signatureBytes, JWTAuth library) {
        this.algorithm = algorithm;
        this.signatureBytes = signatureBytes;
        this.library = library;
    }

    /** Empty if the library can't check signatures with the key. */
    static Optional<SignatureCheck> of(SignatureAlgorithm algorithm, Key key) {
        try {
            return of(algorithm, signatureBytes(algorithm, key), JwtLibrary.load(algorithm, key));
        } catch (RuntimeException notLoaded) {
            return Optional.empty();
        }
    }

    /**
     * Empty if the library accepts what the key did not sign, or refuses it for another reason than its signature: then
     * it has not loaded the key, and takes unsigned tokens (CWE-347).
     *
     * @param signatureBytes the length of each signature
     */
    static Optional<SignatureCheck> of(SignatureAlgorithm algorithm, int signatureBytes, JWTAuth library) {
        SignatureCheck check = new SignatureCheck(algorithm, signatureBytes, library);
        return check.refusesForgeries() ? Optional.of(check) : Optional.empty();
    }

    boolean isValid(SignedText signed) {
        byte[] signature = signed.signature();
        return signature.length == signatureBytes // the library fills up shorter ones with zeros
                && (algorithm.family() != KeyFamily.P256 || isPairInRange(signature))
                && ask(signed.token()).succeeded();
    }

    private static int signatureBytes(SignatureAlgorithm algorithm, Key key) {
        return switch (algorithm.family()) {
            case SECRET -> algorithm.minSecretBytes(); // both as long as the hash
            case RSA -> (((RSAKey) key).getModulus().bitLength() + 7) / 8;
            case P256, ED25519 -> TWO_NUMBERS;
        };
    }

    private boolean refusesForgeries() {
        String unsigned = part("{\"alg\":\"" + algorithm.id() + "\"}") + "." + part("{}");
        byte[] garbage = new byte[signatureBytes];
        Arrays.fill(garbage, (byte) 0xff);
        return ask(unsigned).failed() && isBecauseOfSignature(ask(new SignedText(unsigned, garbage).token()));
    }

    private static boolean isBecauseOfSignature(Future<User> answer) {
        Throwable why = answer.cause();
        return why instanceof SignatureException || (why != null && why.getCause() instanceof SignatureException);
    }

    /** Complete when it is returned. The failure may quote the token, and must reach no log (CWE-532). */
    private Future<User> ask(String token) {
        try {
            return library.authenticate(new TokenCredentials(token));
        } catch (RuntimeException claimsOfOtherTypes) { // which it reads although it checks none
            return Future.failedFuture(claimsOfOtherTypes);
        }
    }

    private static String part(String json) {
        return Base64Url.encode(json.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Both numbers lie between 1 and the order less 1. A verifier that takes 0 accepts a signature of zeros for any
     * text (CVE-2022-21449); one that takes more accepts two signatures of one text. The library reads as DER what looks
     * like DER, whose numbers would be others than those that were judged here.
     */
    private static boolean isPairInRange(byte[] signature) {
        return !JWS.isASN1(signature)
                && isInRange(new BigInteger(1, Arrays.copyOfRange(signature, 0, TWO_NUMBERS / 2)))
                && isInRange(new BigInteger(1, Arrays.copyOfRange(signature, TWO_NUMBERS / 2, TWO_NUMBERS)));
    }

    private static boolean isInRange(BigInteger number) {
        return number.signum() > 0 && number.compareTo(P256.getOrder()) < 0;
    }

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}
