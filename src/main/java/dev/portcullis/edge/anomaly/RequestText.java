package dev.portcullis.edge.anomaly;

import dev.portcullis.config.Secret;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The texts that a client chooses freely in the head of a request. Its toString shows nothing: the head may hold a token
 * (CWE-532).
 */
public final class RequestText {
    /** Credentials, which may be any text, and what the handshake checks by rules of its own. */
    private static final Set<String> NOT_READ = Set.of(
            "authorization",
            "cookie",
            "proxy-authorization",
            "sec-websocket-key",
            "sec-websocket-protocol",
            "sec-websocket-extensions",
            "x-csrf-token");

    /** A secret has 43 such characters. A client may send it below a wrong path, and the ticket is good all the same. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43,}");

    /** The escape of such a character, maybe escaped again: it stands for the same (RFC 3986, 2.3). */
    private static final Pattern ESCAPE =
            Pattern.compile("%(?:25)*(2[Dd]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])");

    private static final int MAX_HEADERS = 64;
    private static final int MAX_LENGTH = 2_048;

    private final String target;
    private final MultiMap headers;

    public RequestText(HttpServerRequest request) {
        this.target = String.valueOf(request.uri());
        this.headers = request.headers();
    }

    /**
     * The path for the log: without a query and without what may be the secret of a ticket, wherever it stands
     * (CWE-532).
     */
    public static String loggedPath(HttpServerRequest request) {
        return withoutSecrets(String.valueOf(request.path()));
    }

    static String withoutSecrets(String path) {
        String read = ESCAPE.matcher(path)
                .replaceAll(escape -> Character.toString((char) HexFormat.fromHexDigits(escape.group(1))));
        Matcher secret = SECRET.matcher(read);
        return secret.find() ? secret.replaceAll(Secret.REDACTED) : path;
    }

    /** In a target a plus sign is a space. */
    Stream<String> parts() {
        return Stream.concat(
                Stream.of(target.replace('+', ' ')).map(RequestText::cut),
                headers.entries().stream()
                        .limit(MAX_HEADERS)
                        .filter(line -> !NOT_READ.contains(line.getKey().toLowerCase(Locale.ROOT)))
                        .map(Map.Entry::getValue)
                        .map(RequestText::cut));
    }

    /**
     * Whether a page could have made a browser send it without being allowed to. A page can't take away the header
     * {@code User-Agent}, nor change it without asking first (Fetch 2.2.2), and {@code Mozilla} begins that of every browser.
     */
    public boolean mayComeFromPage() {
        String agent = headers.get("User-Agent");
        return headers.contains("Origin")
                || headers.contains("Referer")
                || headers.contains("Sec-Fetch-Site")
                || (agent != null && agent.contains("Mozilla"));
    }

    /**
     * Whether a page of another origin could have, although the origin passed. A browser names none where a page embeds an
     * address or leads to it, and {@code origin.missing} may permit that.
     */
    public boolean mayComeFromForeignPage() {
        return !headers.contains("Origin") && mayComeFromPage();
    }

    /** Whether its sender may be authenticated. */
    public boolean bringsCredential() {
        return headers.contains("Authorization") || headers.contains("Cookie");
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
