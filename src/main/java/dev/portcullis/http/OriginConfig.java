package dev.portcullis.http;

import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Whose pages may connect. */
public record OriginConfig(List<AllowedOrigin> allowed, Missing missing) {
    private static final Pattern ANY = Pattern.compile(".{1,300}");

    /** What a handshake without an Origin is taken for. */
    public enum Missing {
        REJECT,
        /** A native client, if it carries its token in the handshake and not in a cookie. */
        ALLOW_WITH_BEARER,
        ALLOW
    }

    public static OriginConfig read(Section origin) {
        List<String> texts = origin.texts(
                "allowed",
                List.of(),
                ANY,
                "origins whose pages may connect: https://chat.example.com, https://*.example.com (any subdomain, not"
                        + " the domain itself), http://localhost:* (any port)");
        List<AllowedOrigin> allowed = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String place = "allowed[" + i + "]";
            String text = texts.get(i);
            AllowedOrigin.parse(text)
                    .ifPresentOrElse(
                            allowed::add,
                            () -> origin.misfit(
                                    place,
                                    "is no origin",
                                    "write scheme://host or scheme://host:port without a path; *. only before a domain,"
                                            + " :* only after localhost, 127.0.0.1 or [::1]"));
        }
        Missing missing = origin.choice(
                "missing",
                Missing.REJECT,
                "what happens to a handshake without an Origin header; allow_with_bearer lets native clients in that"
                        + " carry their token in the handshake");
        return new OriginConfig(List.copyOf(allowed), missing);
    }
}
