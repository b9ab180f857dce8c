package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.http.Address;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.TransportSecurity;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A handshake as it stands before the gate.
 *
 * @param standard whether it asks for the WebSocket of RFC 6455: drafts before it had neither masks nor checked UTF-8
 * @param address in canonical form, behind trusted proxies
 * @param keys what the address counts under, narrowest first
 */
record UpgradeRequest(
        boolean secure,
        boolean standard,
        List<String> origins,
        MultiMap headers,
        String address,
        List<String> keys,
        Offered offered,
        Presented presented,
        long at) {
    private static final String VERSION = "13";
    private static final int LONGEST_AGENT = 256;

    static UpgradeRequest of(
            HttpServerRequest request, Address peer, ClientAddress proxies, AuthConfig auth, long now) {
        MultiMap headers = request.headers();
        Address address = proxies.of(peer, headers.getAll("X-Forwarded-For"));
        Offered offered = Offered.from(headers.getAll("Sec-WebSocket-Protocol"));
        return new UpgradeRequest(
                new TransportSecurity(proxies).isSecure(request.isSSL(), peer, headers.getAll("X-Forwarded-Proto")),
                isStandard(request),
                headers.getAll("Origin"),
                headers,
                address.toString(),
                keys(address),
                offered,
                Presented.by(auth, offered, headers.getAll("Authorization")),
                now);
    }

    @Override
    public String toString() {
        return "UpgradeRequest[" + address + "]"; // its headers hold tokens (CWE-532)
    }

    Peer peer(Crowd.Place place) {
        return new Peer(address, origins.stream().findFirst(), userAgent(), place, at);
    }

    boolean withToken() {
        return presented.fold(() -> false, token -> true, () -> true);
    }

    /** RFC 6455 4.2.1; who is refused later by the framework would have been counted and given a session before. */
    private static boolean isStandard(HttpServerRequest request) {
        return request.canUpgradeToWebSocket()
                && request.headers().getAll("Sec-WebSocket-Version").equals(List.of(VERSION))
                && request.headers().getAll("Sec-WebSocket-Key").size() == 1;
    }

    private String userAgent() {
        String agent = Optional.ofNullable(headers.get("User-Agent")).orElse("");
        return agent.length() <= LONGEST_AGENT ? agent : agent.substring(0, LONGEST_AGENT);
    }

    private static List<String> keys(Address address) {
        Address.Keys keys = address.keys();
        List<String> all = new ArrayList<>(List.of(keys.own()));
        keys.wide().ifPresent(all::add);
        return all;
    }
}
