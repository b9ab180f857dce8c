package dev.portcullis.auth.key;

import java.nio.charset.StandardCharsets;

/** What a signature covers, and the signature (RFC 7515 section 5.2). */
public final class SignedText {
    private final String text;
    private final byte[] signature;

    /** @param text header and claims of a token, in base64url, with the dot between them */
    public SignedText(String text, byte[] signature) {
        this.text = text;
        this.signature = signature.clone();
    }

    byte[] text() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] signature() {
        return signature.clone();
    }
}
