package dev.portcullis.auth.factor;

import java.nio.ByteBuffer;

/** Codes as an authenticator app makes them. */
public final class FactorCodes {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private FactorCodes() {}

    /** @param secret in Base32 */
    public static String codeOf(String secret, long now) {
        return Totp.code(decode(secret), Totp.stepOf(now));
    }

    private static byte[] decode(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 5 / 8);
        int held = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            held = (held << 5 | ALPHABET.indexOf(text.charAt(i))) & 0xFFFF;
            count += 5;
            if (count >= 8) {
                count -= 8;
                bytes.put((byte) (held >> count));
            }
        }
        return bytes.array();
    }
}
