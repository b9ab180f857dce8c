package dev.portcullis.auth.factor;

/** Base32 without padding (RFC 4648 section 6), in which authenticator apps take secrets. */
final class Base32 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BITS = 5;

    private Base32() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int held = 0;
        int count = 0;
        for (byte each : bytes) {
            held = held << Byte.SIZE | (each & 0xFF);
            for (count += Byte.SIZE; count >= BITS; count -= BITS) {
                text.append(ALPHABET.charAt(held >> (count - BITS) & 0x1F));
            }
            held &= (1 << count) - 1;
        }
        if (count > 0) {
            text.append(ALPHABET.charAt(held << (BITS - count) & 0x1F));
        }
        return text.toString();
    }
}
