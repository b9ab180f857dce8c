package dev.portcullis.auth.factor;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes second factors, and judges their codes. */
public final class SecondFactors {
    /** 80 bits can't be guessed, and 16 letters can still be typed. */
    private static final int RECOVERY_BYTES = 10;

    private static final int RECOVERY_CODES = 10;

    /** The length of the hash (RFC 4226 section 4, R6). */
    private static final int SECRET_BYTES = 20;

    /** A user who walks away from the screen in between must not leave a secret that another one can confirm. */
    private static final long PENDING_MS = 900_000;

    private static final Pattern SPACING = Pattern.compile("[ -]");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{6}");

    private final SecretBox box;
    private final byte[] recoveryKey;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param sealing seals the secrets
     * @param recoveryKey hashes the recovery codes
     */
    public SecondFactors(byte[] sealing, byte[] recoveryKey) {
        this.box = new SecretBox(sealing);
        this.recoveryKey = recoveryKey.clone();
    }

    /**
     * A factor that is to be confirmed.
     *
     * @param secret for the user's app, in Base32
     */
    public record Begun(String secret, SecondFactor factor) {
        @Override
        public String toString() { // a secret in a log makes every code (CWE-532)
            return "Begun[" + Secret.REDACTED + "]";
        }
    }

    /**
     * A factor that counts from now on.
     *
     * @param recoveryCodes as the user gets them, this once
     */
    public record Confirmed(SecondFactor factor, List<String> recoveryCodes) {
        public Confirmed {
            recoveryCodes = List.copyOf(recoveryCodes);
        }

        @Override
        public String toString() {
            return "Confirmed[" + Secret.REDACTED + "]";
        }
    }

    public Begun begin(UserId user, long now) {
        byte[] secret = random(SECRET_BYTES);
        return new Begun(Base32.encode(secret), new SecondFactor(box.seal(user, secret), now, false, 0, List.of()));
    }

    /** Recovery codes, of which any is good for {@link #confirm}, since a step may have to be computed again. */
    public List<String> newRecoveryCodes() {
        return Stream.generate(() -> grouped(Base32.encode(random(RECOVERY_BYTES))))
                .limit(RECOVERY_CODES)
                .toList();
    }

    /** Empty for a wrong code, and for a factor that was begun too long ago. */
    public Optional<Confirmed> confirm(
            UserId user, SecondFactor begun, String code, List<String> recoveryCodes, long now) {
        if (begun.confirmed() || now - begun.since() >= PENDING_MS) {
            return Optional.empty();
        }
        return Totp.stepOf(plain(code), box.open(user, begun.sealed()), now, begun.usedStep())
                .map(step -> new Confirmed(
                        begun.confirmed(
                                step,
                                recoveryCodes.stream()
                                        .map(each -> hash(user, each))
                                        .toList()),
                        recoveryCodes));
    }

    /** The factor after this code was used, which is good no second time; empty for a wrong one. */
    public Optional<SecondFactor> use(UserId user, SecondFactor factor, String code, long now) {
        String plain = plain(code);
        if (DIGITS.matcher(plain).matches()) {
            return Totp.stepOf(plain, box.open(user, factor.sealed()), now, factor.usedStep())
                    .map(factor::used);
        }
        String hash = hash(user, code);
        return factor.recovery().contains(hash) ? Optional.of(factor.without(hash)) : Optional.empty();
    }

    private String hash(UserId user, String code) {
        byte[] text = (user.value() + ' ' + plain(code)).getBytes(StandardCharsets.UTF_8);
        return Base64Url.encode(Hkdf.hmac(recoveryKey, text));
    }

    private byte[] random(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return drawn;
    }

    private static String plain(String code) {
        return SPACING.matcher(code).replaceAll("").toUpperCase(Locale.ROOT);
    }

    private static String grouped(String code) {
        return code.replaceAll("(.{4})(?!$)", "$1-").toLowerCase(Locale.ROOT);
    }
}
