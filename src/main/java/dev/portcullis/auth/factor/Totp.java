package dev.portcullis.auth.factor;

import dev.portcullis.config.crypto.ConstantTime;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Codes of six digits that change with the time (RFC 6238), as every authenticator app makes them. */
final class Totp {
    private static final String HMAC = "HmacSHA1";
    private static final long STEP_MS = 30_000;
    private static final int MODULUS = 1_000_000;

    private Totp() {}

    static long stepOf(long now) {
        return now / STEP_MS;
    }

    /**
     * The step that a code is of: the present one, or the one before or after it, since clocks differ. No step up to the one that was used
     * last counts, so that a code that somebody saw is of no use to them (section 5.2).
     */
    static Optional<Long> stepOf(String code, byte[] secret, long now, long usedLast) {
        long present = stepOf(now);
        return LongStream.rangeClosed(present - 1, present + 1)
                .filter(step -> step > usedLast && ConstantTime.isEqual(code, code(secret, step)))
                .boxed()
                .findFirst();
    }

    /** The code of a step (RFC 4226 section 5.3). */
    static String code(byte[] secret, long step) {
        byte[] hash = hmac(secret, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        int offset = hash[hash.length - 1] & 0xF;
        int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & 0x7FFF_FFFF;
        return String.format(Locale.ROOT, "%06d", number % MODULUS);
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every JDK has HMAC-SHA1", impossible);
        }
    }
}
