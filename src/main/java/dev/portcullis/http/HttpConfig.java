package dev.portcullis.http;

import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the public listener is.
 *
 * @param port 0 takes any free one
 * @param idleMs a connection on which no whole request comes for this long is cut off
 * @param trustedProxies whose {@code X-Forwarded-For} and {@code X-Forwarded-Proto} count
 */
public record HttpConfig(String host, int port, long idleMs, List<Network> trustedProxies) {
    /** A host name or an address to listen on. */
    public static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    public static HttpConfig read(Section http) {
        return new HttpConfig(
                http.text("host", "127.0.0.1", HOST, "name or address to listen on; 0.0.0.0 for all"),
                http.integer("port", 8080, 0, 65_535, "port to listen on; 0 takes any free one"),
                http.millis(
                        "idleMs", 15_000, 1_000, 600_000, "a connection without a whole request for so long is cut"),
                proxies(http));
    }

    private static List<Network> proxies(Section http) {
        List<String> texts = http.texts(
                "trustedProxies",
                List.of(),
                Pattern.compile("[0-9A-Fa-f.:/]{2,49}"),
                "addresses or CIDR ranges of proxies whose X-Forwarded-For and X-Forwarded-Proto count");
        List<Network> proxies = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String place = "trustedProxies[" + i + "]";
            Network.parse(texts.get(i))
                    .ifPresentOrElse(
                            proxies::add,
                            () -> http.problem(
                                    place,
                                    "is no address and no CIDR range",
                                    "write 10.0.0.7 or 10.0.0.0/8, without bits beyond the prefix"));
        }
        return List.copyOf(proxies);
    }
}
