package dev.portcullis.auth.key;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.PublicKey;
import java.util.Base64;
import javax.crypto.SecretKey;

/** Hands keys to vertx-auth-jwt, one to each {@link JWTAuth}, which all threads share. */
final class JwtLibrary {
    private JwtLibrary() {}

    /**
     * The key goes in as bytes or PEM, and not as a JWK: a JWK that the library can't load it only logs, and then
     * accepts unsigned tokens. It knows no {@code kid}: ours has selected the key. Times are checked by our own rules.
     *
     * @throws RuntimeException if the key is of another kind, or the library can't load it
     */
    static JWTAuth load(SignatureAlgorithm algorithm, Key key) {
        return JWTAuth.create(
                null, // it would read files of key stores with Vert.x
                new JWTAuthOptions()
                        .addPubSecKey(new PubSecKeyOptions()
                                .setAlgorithm(algorithm.id())
                                .setBuffer(material(algorithm, key)))
                        .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
    }

    /** The library would take the PEM of a public key for the secret of HS256 (CWE-347). */
    private static Buffer material(SignatureAlgorithm algorithm, Key key) {
        boolean shared = algorithm.family() == KeyFamily.SECRET;
        if (shared && key instanceof SecretKey secret) {
            return Buffer.buffer(secret.getEncoded());
        }
        if (!shared && key instanceof PublicKey publicKey) {
            return pem(publicKey);
        }
        throw new IllegalArgumentException(
                algorithm.id() + " needs " + algorithm.family().words());
    }

    private static Buffer pem(PublicKey key) {
        byte[] lineBreak = {'\n'};
        return Buffer.buffer("-----BEGIN PUBLIC KEY-----\n"
                + new String(Base64.getMimeEncoder(64, lineBreak).encode(key.getEncoded()), StandardCharsets.US_ASCII)
                + "\n-----END PUBLIC KEY-----\n");
    }
}
