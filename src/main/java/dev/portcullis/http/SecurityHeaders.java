package dev.portcullis.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The security headers of every response. Browsers must not run, frame or sniff what is no page of ours. A page may load
 * what its own origin serves, and no script of it may write HTML from text (Trusted Types, CWE-79).
 */
public final class SecurityHeaders {
    private static final String POLICY = "Content-Security-Policy";
    private static final String OF_PAGES =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
                    + " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    /**
     * A page that opened one of ours, or was opened by it, gets no handle on its window (Cross-Origin-Opener-Policy). A
     * script that got into a page can't use a feature that the page never asks for.
     */
    static final Map<String, String> ONLY_OF_PAGES = Map.of(
            POLICY,
            OF_PAGES,
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");

    /** No other site embeds an answer; a program that fetches one asks by CORS, which this does not concern. */
    private static final Map<String, String> ALWAYS = Map.of(
            POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "X-Frame-Options",
            "DENY");

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
