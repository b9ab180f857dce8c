package dev.portcullis.auth.session;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.store.Lanes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the ids of sessions: the lane of the user in two hexadecimal digits, so that a session is found by its id alone,
 * then 132 random bits, which can't be guessed and no earlier session had (CWE-330, CWE-384).
 */
final class SessionId {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}[A-Za-z0-9_-]{22}");
    private static final int RANDOM_BYTES = 18;
    private static final int RANDOM_CHARACTERS = 22;
    private static final HexFormat HEX = HexFormat.of();

    private SessionId() {}

    static String next(int lane) {
        String characters = Base64Url.random(RANDOM_BYTES);
        return HEX.toHexDigits((byte) lane) + characters.substring(0, RANDOM_CHARACTERS);
    }

    /** Empty for what is no id of a session. */
    static Optional<Integer> laneOf(String id) {
        return FORM.matcher(id).matches()
                ? Optional.of(HexFormat.fromHexDigits(id, 0, 2)).filter(lane -> lane < Lanes.COUNT)
                : Optional.empty();
    }
}
