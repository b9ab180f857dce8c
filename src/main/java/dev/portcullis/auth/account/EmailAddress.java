package dev.portcullis.auth.account;

import dev.portcullis.config.crypto.Sha256;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address in its canonical form: NFKC, lower case, and the domain in ASCII. Two spellings of one mailbox are
 * equal, so they can't have two accounts.
 */
public record EmailAddress(String value) {
    private static final int MAX_LENGTH = 254; // RFC 3696, erratum 1690
    private static final int MAX_LOCAL = 64; // RFC 5321 section 4.5.3.1.1

    /** A dot-atom (RFC 5322 section 3.2.3), with letters of all scripts (RFC 6531). No quotes, no comments. */
    private static final Pattern LOCAL = Pattern.compile(
            "[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+(?:\\.[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+)*");

    /** Two labels or more; the last one is no number, so it is no IP address. */
    private static final Pattern DOMAIN =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])");

    /**
     * Characters that {@link IDN}, which is of 2003, replaces by others, and browsers and mail servers, which are of 2008, do
     * not: the domain that it makes of {@code straße.example} is another one, whose owner would get the mails. Their ASCII form
     * is taken.
     */
    private static final Pattern DEVIATIONS = Pattern.compile("[ßẞς\\u200c\\u200d]");

    /** Empty for a text that is no address, or one that this server does not take. */
    public static Optional<EmailAddress> parse(String text) {
        if (text.length() > MAX_LENGTH
                || DEVIATIONS.matcher(text.substring(text.indexOf('@') + 1)).find()) {
            return Optional.empty();
        }
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int at = normal.indexOf('@');
        if (at <= 0 || !LOCAL.matcher(normal.substring(0, at)).matches()) {
            return Optional.empty();
        }
        String local = Normalizer.normalize(normal.substring(0, at), Normalizer.Form.NFKC);
        return domain(normal.substring(at + 1))
                .map(domain -> new EmailAddress(local + "@" + domain))
                .filter(address -> bytes(local) <= MAX_LOCAL && bytes(address.value) <= MAX_LENGTH);
    }

    /** Stands for the address where keys and links can be seen by others. */
    String hash() {
        return Sha256.base64Url(value);
    }

    /** Whether it may be another spelling of a mailbox (RFC 5233), of which anyone can make up as many as they like. */
    boolean isTagged() {
        return local().indexOf('+', 1) > 0;
    }

    String local() {
        return value.substring(0, value.indexOf('@'));
    }

    /** An address is personal data. */
    @Override
    public String toString() {
        return "EmailAddress[…]";
    }

    private static Optional<String> domain(String text) {
        try {
            String ascii = IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            return DOMAIN.matcher(ascii).matches() ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException notADomain) {
            return Optional.empty();
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
