package dev.portcullis.http;

import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The origins whose pages may connect. */
public record OriginConfig(List<AllowedOrigin> allowed, Missing missing) {
    private static final Pattern ANY = Pattern.compile(".{1,300}");

    /** How a handshake without an Origin is treated. */
    public enum Missing {
        REJECT,
        /** Allowed for native clients that send their token in the handshake and not in a cookie. */
        ALLOW_WITH_BEARER,
        ALLOW
    }

    public static OriginConfig read(Section origin) {
        List<String> texts = origin.basic()
                .texts(
                        "allowed",
                        List.of(),
                        ANY,
                        "origins whose pages may connect: https://chat.example.com, https://*.example.com (any subdomain, not"
                                + " the domain itself), http://localhost:* (any port)");
        List<AllowedOrigin> allowed = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String path = "allowed[" + i + "]";
            String text = texts.get(i);
            AllowedOrigin.parse(text)
                    .ifPresentOrElse(
                            allowed::add,
                            () -> origin.invalidValue(
                                    path,
                                    "is no origin",
                                    "write scheme://host or scheme://host:port without a path; *. only before a domain,"
                                            + " :* only after localhost, 127.0.0.1 or [::1]"));
        }
        Missing missing = origin.basic()
                .choice(
                        "missing",
                        Missing.REJECT,
                        "what happens to a handshake without an Origin header; allow_with_bearer admits native clients"
                                + " that send their token in the handshake");
        return new OriginConfig(List.copyOf(allowed), missing);
    }
}
