package dev.portcullis.app.certs;

import dev.portcullis.http.IpAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name or address that a node's certificate is for; also the name of the folder that it is written to. */
public record CertifiedHost(String name) {
    public static final String FORM =
            "the name of a host (labels of letters, digits and -, at most 64 characters) or an address";

    /** RFC 5280, appendix A.1: a common name has at most 64 characters. */
    private static final int LONGEST = 64;

    /** Readers take such a name for an address, some in octal (CVE-2021-29923). */
    private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?[0-9]++");

    private static final Pattern LABELS =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]*+(?<!-))?+(?:\\.[a-z0-9](?:[a-z0-9-]*+(?<!-))?+)*+");

    /** Names are the same in any case, as in the DNS. Empty if the text is none. */
    public static Optional<CertifiedHost> parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        boolean fits = name.length() <= LONGEST && (IpAddress.parse(name).isPresent() || isName(name));
        return fits ? Optional.of(new CertifiedHost(name)) : Optional.empty();
    }

    private static boolean isName(String name) {
        return LABELS.matcher(name).matches() && !NUMERIC_END.matcher(name).matches();
    }

    /** The subject alternative name, as keytool takes it. */
    String alternativeName() {
        return (IpAddress.parse(name).isPresent() ? "ip:" : "dns:") + name;
    }

    @Override
    public String toString() {
        return name;
    }
}
