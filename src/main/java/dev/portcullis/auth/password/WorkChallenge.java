package dev.portcullis.auth.password;

/**
 * Work that a client may do so that its password is checked sooner: to find a number for which the SHA-256 hash of the text,
 * a colon and the number begins with so many zero bits.
 */
public record WorkChallenge(String text, int bits) {
    @Override
    public String toString() {
        return "WorkChallenge[" + bits + "]";
    }
}
