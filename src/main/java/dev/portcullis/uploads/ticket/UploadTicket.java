package dev.portcullis.uploads.ticket;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Sha256;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The right to upload one file once. A client treats it as opaque, and it needs no other credential. The store has only its
 * hash, so that a copy of the store gives no right.
 *
 * @param secret 256 bits, in base64url
 */
public record UploadTicket(FileId file, String secret) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}[A-Za-z0-9_-]{43}");
    private static final int ID_LENGTH = 32;
    private static final int SECRET_BYTES = 32;

    /** Empty for a text of another form. */
    public static Optional<UploadTicket> parse(String text) {
        return FORM.matcher(text).matches()
                ? Optional.of(new UploadTicket(new FileId(text.substring(0, ID_LENGTH)), text.substring(ID_LENGTH)))
                : Optional.empty();
    }

    public static UploadTicket draw(SecureRandom random) {
        byte[] drawn = new byte[SECRET_BYTES];
        random.nextBytes(drawn);
        return new UploadTicket(FileId.draw(random), Base64Url.encode(drawn));
    }

    /** The text that the client gets. */
    public String text() {
        return file.value() + secret;
    }

    /** The hash that the store has. The secret is random, so that a plain hash can't be reversed by guessing. */
    public String hash() {
        return Sha256.base64Url(secret);
    }

    @Override
    public String toString() {
        return "UploadTicket[" + file + ", " + Secret.REDACTED + "]";
    }
}
