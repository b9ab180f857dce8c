package dev.portcullis.auth.key;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The algorithms of signatures (RFC 7518 section 3.1, RFC 8037 section 3.1). Each needs a key of one family. */
public enum SignatureAlgorithm {
    HS256("HS256", KeyFamily.SECRET, 32),
    HS384("HS384", KeyFamily.SECRET, 48),
    HS512("HS512", KeyFamily.SECRET, 64),
    RS256("RS256", KeyFamily.RSA, 0),
    PS256("PS256", KeyFamily.RSA, 0),
    ES256("ES256", KeyFamily.P256, 0),
    EDDSA("EdDSA", KeyFamily.ED25519, 0);

    /** As the header {@code alg} and the configuration name it. */
    private final String id;

    private final KeyFamily family;
    private final int minSecretBytes;

    SignatureAlgorithm(String id, KeyFamily family, int minSecretBytes) {
        this.id = id;
        this.family = family;
        this.minSecretBytes = minSecretBytes;
    }

    /** Exact: another spelling is another name (RFC 7515 section 4.1.1). */
    public static Optional<SignatureAlgorithm> of(String id) {
        return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
    }

    public static Set<SignatureAlgorithm> of(KeyFamily family) {
        return Arrays.stream(values()).filter(each -> each.family == family).collect(Collectors.toUnmodifiableSet());
    }

    public static String words() {
        return String.join(
                ", ", Arrays.stream(values()).map(SignatureAlgorithm::id).toList());
    }

    /** The names in a fixed order. */
    public static List<String> ids(Set<SignatureAlgorithm> algorithms) {
        return algorithms.stream().sorted().map(SignatureAlgorithm::id).toList();
    }

    public String id() {
        return id;
    }

    public KeyFamily family() {
        return family;
    }

    /** A shorter secret is weaker than the hash (RFC 7518 section 3.2). */
    public int minSecretBytes() {
        return minSecretBytes;
    }
}
