package dev.portcullis.auth.key;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Sha256;

/** A signature and the text that it covers (RFC 7515 section 5.2). */
public final class SignedText {
    private final String text;
    private final byte[] signature;

    /** @param text header and claims of a token, in base64url, with the dot between them */
    public SignedText(String text, byte[] signature) {
        this.text = text;
        this.signature = signature.clone();
    }

    /** By which the grant is known: ECDSA has two valid signatures for each, and either is made of the other without the key. */
    public String hash() {
        return Sha256.base64Url(text);
    }

    /** The whole, as it travels (RFC 7515 section 7.1). */
    String token() {
        return text + "." + Base64Url.encode(signature);
    }

    byte[] signature() {
        return signature.clone();
    }
}
