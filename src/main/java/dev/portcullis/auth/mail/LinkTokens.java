package dev.portcullis.auth.mail;

import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the tokens of links, and recognises them. Each has a tag of a key, so that what a stranger invents reaches no store
 * (CWE-400).
 */
public final class LinkTokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int SECRET_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final int MAX_LENGTH = 128;
    private static final Pattern FORM = Pattern.compile(
            "(([A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{43})\\.(verify|reset)\\.[A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{22})");

    private final byte[] key;
    private final SecureRandom random = new SecureRandom();

    public LinkTokens(byte[] key) {
        this.key = key.clone();
    }

    /** @param subject as {@link LinkToken} has it */
    public LinkToken make(String subject, LinkPurpose purpose) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String head = subject + "." + purpose.id() + "." + BASE64.encodeToString(secret);
        return new LinkToken(subject, purpose, head + "." + tag(head));
    }

    /** Empty for a text that is none of this purpose. */
    public Optional<LinkToken> parse(String text, LinkPurpose purpose) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(text);
        boolean ours = parts.matches()
                && parts.group(3).equals(purpose.id())
                && MessageDigest.isEqual(ascii(parts.group(4)), ascii(tag(parts.group(1))));
        return ours ? Optional.of(new LinkToken(parts.group(2), purpose, text)) : Optional.empty();
    }

    private String tag(String head) {
        return BASE64.encodeToString(Arrays.copyOf(Hkdf.hmac(key, ascii(head)), TAG_BYTES));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
