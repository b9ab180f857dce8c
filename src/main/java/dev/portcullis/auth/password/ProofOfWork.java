package dev.portcullis.auth.password;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.config.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes challenges, and tells whether their work is done. Nothing is kept of one until it is used: what it is for, how hard it
 * is and when it ends are in it, under a key that all nodes have. It serves only the address and the account that it was made
 * for.
 */
final class ProofOfWork {
    /** The time that a slow phone needs, and a user who was away from it meanwhile. */
    static final long GOOD_MS = 120_000;

    private static final int RANDOM_BYTES = 11;
    private static final int MAC_BYTES = 16;
    private static final int HEAD_BYTES = Integer.BYTES + 1 + RANDOM_BYTES;
    private static final Pattern PROOF = Pattern.compile("([A-Za-z0-9_-]{43}):[0-9]{1,11}");

    private final byte[] key;
    private final SecureRandom random = new SecureRandom();

    ProofOfWork(byte[] key) {
        this.key = key.clone();
    }

    WorkChallenge challenge(String subject, int bits, long now) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        byte[] head = ByteBuffer.allocate(HEAD_BYTES)
                .putInt((int) ((now + GOOD_MS) / 1_000))
                .put((byte) bits)
                .put(drawn)
                .array();
        byte[] all = ByteBuffer.allocate(HEAD_BYTES + MAC_BYTES)
                .put(head)
                .put(mac(head, subject))
                .array();
        return new WorkChallenge(Base64Url.encode(all), bits);
    }

    /**
     * Work that was done.
     *
     * @param bits as many as were proven, which may be more than were asked for
     * @param end of the challenge
     */
    record Proof(String challenge, int bits, long end) {}

    /** @param proof the text of a challenge, a colon, and the number that was found */
    Optional<Proof> proven(String proof, String subject, long now) {
        Matcher parts = PROOF.matcher(proof);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String challenge = parts.group(1);
        byte[] all = Base64.getUrlDecoder().decode(challenge);
        byte[] head = Arrays.copyOf(all, HEAD_BYTES);
        byte[] mac = Arrays.copyOfRange(all, HEAD_BYTES, all.length);
        long end = Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt()) * 1_000;
        int bits = zeroBits(Sha256.of(proof));
        return MessageDigest.isEqual(mac, mac(head, subject)) && now < end && bits >= head[Integer.BYTES]
                ? Optional.of(new Proof(challenge, bits, end))
                : Optional.empty();
    }

    private byte[] mac(byte[] head, String subject) {
        return Arrays.copyOf(Hkdf.hmac(key, head, subject.getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
    }

    private static int zeroBits(byte[] hash) {
        long first = ByteBuffer.wrap(hash).getLong();
        return Long.numberOfLeadingZeros(first);
    }
}
