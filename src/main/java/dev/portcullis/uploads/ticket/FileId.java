package dev.portcullis.uploads.ticket;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of an upload and of its file: 128 random bits, which the server draws. So its name on a disk has nothing that a client
 * chose (CWE-22).
 */
public record FileId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
    private static final int RANDOM_BYTES = 16;

    public FileId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a file id");
        }
    }

    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    public static Optional<FileId> parse(String value) {
        return isValid(value) ? Optional.of(new FileId(value)) : Optional.empty();
    }

    static FileId draw(SecureRandom random) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        return new FileId(HexFormat.of().formatHex(drawn));
    }

    @Override
    public String toString() {
        return value;
    }
}
