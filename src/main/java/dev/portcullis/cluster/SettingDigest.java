package dev.portcullis.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.crypto.Sha256;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Digest by which nodes compare secret settings without publishing them: equal for equal parts, and too slow to be
 * guessed back (CWE-916).
 */
public final class SettingDigest {
    private static final int ROUNDS = 60_000;
    private static final int BITS = 128;

    /** More than one process has settings: a node digests all of them again at each reload, of which most stay the same. */
    private static final int REMEMBERED = 256;

    private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

    private SettingDigest() {}

    /** Digests parts that are no secret, so that a slow digest would protect nothing. */
    public static String ofPublic(String salt, List<String> parts) {
        byte[] digest = Sha256.of(salt.length() + ":" + salt + whole(parts));
        return HexFormat.of().formatHex(digest, 0, BITS / Byte.SIZE);
    }

    /** Digests the parts in order; the salt is the cluster's name. Takes some 50 ms, where they are new to this process. */
    public static String of(String salt, List<String> parts) {
        if (KNOWN.size() > REMEMBERED) {
            KNOWN.clear();
        }
        return KNOWN.computeIfAbsent(ofPublic(salt, parts), any -> slowly(salt, parts));
    }

    private static String slowly(String salt, List<String> parts) {
        PBEKeySpec spec =
                new PBEKeySpec(whole(parts).toCharArray(), ("portcullis " + salt).getBytes(UTF_8), ROUNDS, BITS);
        try {
            return HexFormat.of()
                    .formatHex(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has PBKDF2", impossible);
        } finally {
            spec.clearPassword();
        }
    }

    private static String whole(List<String> parts) {
        return parts.stream().map(part -> part.length() + ":" + part).collect(Collectors.joining());
    }
}
