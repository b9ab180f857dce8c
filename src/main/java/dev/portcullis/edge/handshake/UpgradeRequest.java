package dev.portcullis.edge.handshake;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.HostHeader;
import dev.portcullis.http.IpAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An upgrade request before any check.
 *
 * @param wellFormed whether it has a URI as target, one valid Host, one key, which has 16 bytes (none, if it is no upgrade of
 *     version 13), no body, and nothing behind it
 * @param standard whether it asks for the WebSocket of RFC 6455: drafts before it had neither masks nor checked UTF-8
 * @param address in canonical form, behind trusted proxies
 * @param keys the keys that the address counts under, narrowest first
 * @param certificate the certificate that the client showed in TLS
 */
public record UpgradeRequest(
        boolean secure,
        boolean wellFormed,
        boolean standard,
        List<String> origins,
        MultiMap headers,
        String address,
        List<String> keys,
        OfferedSubprotocols subprotocols,
        HandshakeCredential credential,
        long receivedAt,
        Optional<ClientCertificate> certificate) {
    private static final String VERSION = "13";
    private static final int MAX_USER_AGENT = 256;
    private static final int KEY_BYTES = 16;

    public static UpgradeRequest of(
            HttpServerRequest request,
            boolean nothingBehind,
            IpAddress address,
            ClientAddress proxies,
            AuthConfig auth,
            Optional<ClientCertificate> certificate,
            long now) {
        MultiMap headers = request.headers();
        OfferedSubprotocols subprotocols = OfferedSubprotocols.from(headers.getAll("Sec-WebSocket-Protocol"));
        return new UpgradeRequest(
                proxies.isSecure(HttpChannel.of(request.connection()).isSecure(), request),
                nothingBehind && isUri(request.uri()) && isWellFormed(headers),
                isStandard(request),
                headers.getAll("Origin"),
                headers,
                address.toString(),
                address.keys().narrowestFirst(),
                subprotocols,
                HandshakeCredential.of(auth, subprotocols, headers, request.query()),
                now,
                certificate);
    }

    @Override
    public String toString() {
        return "UpgradeRequest[" + address + "]"; // its headers hold tokens (CWE-532)
    }

    /** Whether a page reads from the origin that it came from: no page can write this header itself (Fetch Metadata). */
    public boolean readsOwnOrigin() {
        return origins.isEmpty() && headers.getAll("Sec-Fetch-Site").equals(List.of("same-origin"));
    }

    /** The single token that came with the request. */
    public Optional<PresentedToken> presented() {
        return credential.fold(Optional::empty, Optional::of, Optional::empty);
    }

    boolean hasSeveralTokens() {
        return credential.fold(() -> false, token -> false, () -> true);
    }

    /** The widest key that the address counts under. */
    String network() {
        return keys.get(keys.size() - 1);
    }

    /** The address as {@link #address}. */
    Optional<IpAddress> ip() {
        return IpAddress.parse(address);
    }

    RemoteClient client(ConnectionLimiter.Slot slot) {
        return new RemoteClient(address, origins.stream().findFirst(), userAgent(), slot, receivedAt, certificate);
    }

    /**
     * Whether it has what a native client brings instead of an origin. A browser adds a certificate by itself, but
     * always names its origin.
     */
    boolean bringsCredential() {
        return certificate.isPresent() || credential.outsideCookie();
    }

    /** The defect of its token, where that counts against its address: see {@link CloseNotice.AuthFailed#guess}. */
    Optional<TokenDefect> guess(Optional<TokenDefect> defect) {
        return credential.outsideCookie() ? defect : Optional.empty();
    }

    /** RFC 9112 3.2 and 6.1, RFC 6455 4.2.1: refuses what a proxy in front may read differently (CWE-444). */
    private static boolean isWellFormed(MultiMap headers) {
        List<String> keys = headers.getAll("Sec-WebSocket-Key");
        return HostHeader.isValid(headers.getAll("Host"))
                && !headers.contains("Transfer-Encoding")
                && headers.getAll("Content-Length").stream().allMatch("0"::equals)
                && (keys.isEmpty() ? !isOfVersion13(headers) : keys.size() == 1 && isKey(keys.get(0)));
    }

    private static boolean isKey(String text) {
        try {
            byte[] nonce = Base64.getDecoder().decode(text);
            return nonce.length == KEY_BYTES
                    && Base64.getEncoder().encodeToString(nonce).equals(text);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** RFC 3986; Vert.x accepts some targets that it fails to parse as a URI later. */
    private static boolean isUri(String target) {
        try {
            return !new URI(target).toString().isEmpty();
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    /** RFC 6455 4.2.1; a request that Vert.x refuses later would be counted and given a session before. */
    private static boolean isStandard(HttpServerRequest request) {
        return request.canUpgradeToWebSocket()
                && isUpgradeToWebSocket(request.headers())
                && isOfVersion13(request.headers())
                && request.headers().contains("Sec-WebSocket-Key");
    }

    private static boolean isOfVersion13(MultiMap headers) {
        return headers.getAll("Sec-WebSocket-Version").equals(List.of(VERSION));
    }

    /** Vert.x first searches for the words anywhere, and later demands them as tokens of the first header line. */
    private static boolean isUpgradeToWebSocket(MultiMap headers) {
        List<String> upgrades = headers.getAll("Upgrade");
        List<String> connection = headers.getAll("Connection");
        if (upgrades.size() != 1 || !upgrades.get(0).strip().equalsIgnoreCase("websocket") || connection.isEmpty()) {
            return false;
        }
        for (String option : connection.get(0).split(",", -1)) {
            if (option.strip().equalsIgnoreCase("upgrade")) {
                return true;
            }
        }
        return false;
    }

    private String userAgent() {
        String agent = Optional.ofNullable(headers.get("User-Agent")).orElse("");
        return agent.length() <= MAX_USER_AGENT ? agent : agent.substring(0, MAX_USER_AGENT);
    }
}
