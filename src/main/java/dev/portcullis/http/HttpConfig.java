package dev.portcullis.http;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.regex.Pattern;

/** The public listener. */
public record HttpConfig(
        String host,
        int port,
        long handshakeMs,
        long callMs,
        long proxyKeepAliveMs,
        int headerLines,
        int requestsPerConnection,
        int requestsPerMinute,
        int trackedAddresses,
        long bodyMs,
        int bodiesPerAddress,
        List<AddressRange> trustedProxies,
        ProxyProtocol proxyProtocol,
        boolean compression,
        boolean pages,
        boolean health) {
    /** Whether proxies name their clients in a header of the PROXY protocol before anything else. */
    public enum ProxyProtocol {
        OFF,
        REQUIRED
    }

    /** A host name or an address to listen on. */
    public static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    /** Approximate heap use of one tracked address. */
    private static final long ADDRESS_BYTES = 320;

    public static HttpConfig read(Section http) {
        HttpConfig config = readUnchecked(http);
        if (config.proxyProtocol == ProxyProtocol.REQUIRED && config.trustedProxies.isEmpty()) {
            http.problem("proxyProtocol", "needs http.trustedProxies", "name the proxies that may connect");
        }
        boolean trustsAll = http.flag(
                "trustAllProxies",
                false,
                "says that only proxies can reach http.port: needed where http.trustedProxies covers all addresses, since"
                        + " anyone who reaches it can name any address then");
        if (!trustsAll && AddressRange.coverAll(config.trustedProxies)) {
            http.problem(
                    "trustedProxies",
                    "covers all addresses, so that anyone can name any address (CWE-290)",
                    "name the proxies, or set http.trustAllProxies if a firewall lets no one else reach http.port");
        }
        if (config.callMs < config.bodyMs) {
            http.problem("callMs", "is below http.bodyMs", "the body of a call arrives within its time");
        }
        return config;
    }

    private static HttpConfig readUnchecked(Section http) {
        return new HttpConfig(
                http.basic().text("host", "127.0.0.1", HOST, "name or address to listen on; 0.0.0.0 for all"),
                http.basic().integer("port", 8080, 0, 65_535, "port to listen on; 0 takes any free one"),
                http.millis(
                        "handshakeMs",
                        10_000,
                        1_000,
                        600_000,
                        "time from accept to the end of the upgrade or to the head of the last request, TLS included; of a"
                                + " connection that waits until a late event loop takes it on, from then on. Answers from the"
                                + " half of it on close the connection. A trusted proxy has it for each request, from its first"
                                + " byte"),
                http.millis(
                        "callMs",
                        30_000,
                        1_000,
                        600_000,
                        "time from the head of a request to its answer, body included; the connection is closed then. Transfers"
                                + " of files have times of their own"),
                http.millis(
                        "proxyKeepAliveMs",
                        75_000,
                        100,
                        3_600_000,
                        "how long a connection of http.trustedProxies is kept after an answer, until the first byte of the next"
                                + " request; longer than a proxy itself keeps it, so that it sends no request on a connection"
                                + " that is being closed"),
                http.integer("headerLines", 64, 16, 1_000, "header lines of one request; more are refused with 431"),
                http.integer(
                        "requestsPerConnection",
                        100,
                        1,
                        1_000_000,
                        "requests of one connection, which is closed after the answer to the last"),
                http.integer(
                        "requestsPerMinute",
                        6_000,
                        1,
                        1_000_000,
                        "requests to one node in a minute, without WebSocket handshakes, of one user, and of one address for"
                                + " those without a valid token; more are refused with 429, and connections of the address closed"),
                HeapShare.REQUESTS.atMost(
                        http.integer(
                                "trackedAddresses",
                                50_000,
                                2,
                                10_000_000,
                                "addresses whose requests are counted at a time; for one more the address used longest ago"
                                        + " is forgotten, and may begin its minute again; "
                                        + HeapShare.REQUESTS.bound(ADDRESS_BYTES)),
                        ADDRESS_BYTES),
                http.millis(
                        "bodyMs",
                        5_000,
                        100,
                        60_000,
                        "time in which the body of a request must arrive; the request is refused with 408 then, and the"
                                + " connection closed"),
                http.integer(
                        "bodiesPerAddress",
                        16,
                        1,
                        10_000,
                        "request bodies that a node receives at one time of one user, or of one address before it knows who"
                                + " calls; one more of a user is refused with 429, one more of an"
                                + " address ends the slowest with 429, if it is two seconds old or 1000 of them are there"),
                AddressRange.list(
                        http.basic(),
                        "trustedProxies",
                        "addresses or CIDR ranges of proxies whose X-Forwarded-For, X-Forwarded-Proto and PROXY header"
                                + " count"),
                http.basic()
                        .choice(
                                "proxyProtocol",
                                ProxyProtocol.OFF,
                                "whether each connection comes from a trusted proxy and begins with a PROXY header, version 1 or"
                                        + " 2, that names the client: off, or required; others are closed then"),
                http.basic()
                        .flag(
                                "compression",
                                false,
                                "whether messages of rooms and inboxes are compressed for clients that offer"
                                        + " permessage-deflate, and theirs inflated, up to limits.frameBytes"),
                http.basic()
                        .flag(
                                "pages",
                                true,
                                "whether the demo chat at /, the reference at /reference and the pages that /llms.txt"
                                        + " leads to are served"),
                http.basic()
                        .flag(
                                "health",
                                false,
                                "whether GET /health/ready is answered here too, for load balancers: 200 or 503, without a body"));
    }
}
