package dev.portcullis.auth.mail;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the tokens of links, and recognises them. Each has a tag of a key, so that what a stranger invents reaches no store
 * (CWE-400).
 */
public final class LinkTokens {
    private static final int SECRET_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final int MAX_LENGTH = 128;
    private static final Pattern FORM = Pattern.compile(
            "(([A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{43})\\.(verify|reset)\\.[A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{22})");

    private final byte[] key;

    public LinkTokens(byte[] key) {
        this.key = key.clone();
    }

    /** @param subject as {@link LinkToken} has it */
    public LinkToken make(String subject, LinkPurpose purpose) {
        String head = subject + "." + purpose.id() + "." + Base64Url.random(SECRET_BYTES);
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
                && ConstantTime.isEqual(parts.group(4), tag(parts.group(1)));
        return ours ? Optional.of(new LinkToken(parts.group(2), purpose, text)) : Optional.empty();
    }

    private String tag(String head) {
        return Base64Url.encode(Arrays.copyOf(Hkdf.hmac(key, ascii(head)), TAG_BYTES));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
