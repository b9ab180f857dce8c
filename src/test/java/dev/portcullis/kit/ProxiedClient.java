package dev.portcullis.kit;

import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Reply;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A client at any address, behind the trusted proxy that the test is to a node with {@code http.trustedProxies}. */
public record ProxiedClient(TestNode node, String address) {
    public static final String PASSWORD = "Correct-Horse-7x";
    public static final String WRONG = "Wrong-Horse-7x";

    public Reply register(String name) {
        return post(
                "/api/auth/register",
                new JsonObject().put("username", name).put("email", email(name)).put("password", PASSWORD));
    }

    public Reply logIn(String name, String password) {
        return post(
                "/api/auth/login", new JsonObject().put("email", email(name)).put("password", password));
    }

    public Reply post(String path, JsonObject body) {
        String text = body.encode();
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("POST " + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Forwarded-For: "
                    + address + "\r\nContent-Type: application/json\r\nContent-Length: " + text.length() + "\r\n\r\n"
                    + text);
        }
    }

    /** The status of a handshake that offers these subprotocols beside the chat's. */
    public int handshake(String... subprotocols) {
        return upgrade(subprotocols).status();
    }

    public Reply upgrade(String... subprotocols) {
        String offered = String.join(", ", List.of(subprotocols));
        return request("Sec-WebSocket-Protocol: portcullis.v1" + (offered.isEmpty() ? "" : ", " + offered));
    }

    /** A handshake with these additional header lines. */
    public Reply request(String... headers) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("X-Forwarded-For: " + address, String.join("\r\n", headers));
        }
    }

    /** Authenticates with the first frame, and is refused. */
    public Ending refusedAuth(String token, String id) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            peer.upgrade("X-Forwarded-For: " + address);
            peer.text(new JsonObject()
                    .put("type", "auth")
                    .put("token", token)
                    .put("id", id)
                    .encode());
            return peer.ending();
        }
    }

    /** A token of a user who exists, with the signature of no key. */
    public String forged(int i) {
        String good = node.token("ann");
        return good.substring(0, good.lastIndexOf('.') + 1) + "A".repeat(41) + (char) ('A' + i % 26) + "A";
    }

    private static String email(String name) {
        return name + "@example.org";
    }
}
