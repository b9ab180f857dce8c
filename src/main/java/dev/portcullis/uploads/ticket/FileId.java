package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of an upload and of its file, which the server draws: the lane of its owner, then 120 random bits. So its row is
 * found without the owner, and its name on a disk has nothing that a client chose (CWE-22).
 */
public record FileId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
    private static final int LANE_DIGITS = 2;
    private static final int RANDOM_BYTES = 15;

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

    static FileId draw(UserId owner, SecureRandom random) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        HexFormat hex = HexFormat.of();
        return new FileId(hex.toHexDigits((byte) laneOf(owner)) + hex.formatHex(drawn));
    }

    /** Where all uploads of one user are, with the sum of their bytes. */
    public static int laneOf(UserId owner) {
        return Lanes.of(owner.value());
    }

    public int lane() {
        return HexFormat.fromHexDigits(value, 0, LANE_DIGITS);
    }

    /** The part that nothing can be told from. */
    public String random() {
        return value.substring(LANE_DIGITS);
    }

    @Override
    public String toString() {
        return value;
    }
}
