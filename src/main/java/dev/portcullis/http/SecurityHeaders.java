package dev.portcullis.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The security headers of every response. The server has no pages, so browsers must not run, frame or sniff its
 * responses.
 */
public final class SecurityHeaders {
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "X-Frame-Options", "DENY");

    private static final Map<String, String> UNDER_TLS = underTls();

    private SecurityHeaders() {}

    /**
     * @param secure adds HSTS, which browsers ignore over plain HTTP and which would be wrong without TLS (RFC 6797
     *     section 7.2)
     */
    public static Map<String, String> of(boolean secure) {
        return secure ? UNDER_TLS : ALWAYS;
    }

    private static Map<String, String> underTls() {
        Map<String, String> all = new LinkedHashMap<>(ALWAYS);
        all.put("Strict-Transport-Security", "max-age=31536000");
        return Map.copyOf(all);
    }
}
