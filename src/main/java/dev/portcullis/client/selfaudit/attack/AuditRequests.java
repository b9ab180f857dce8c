package dev.portcullis.client.selfaudit.attack;

import dev.portcullis.client.ServerAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The bytes of requests, with what each request of an audit has. */
final class AuditRequests {
    /** Says to who reads the server's log what this is. */
    static final String USER_AGENT = "portcullis-audit/1";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 16;

    private final ServerAddress server;
    private final List<String> headers;

    /** @param headers lines of every handshake */
    AuditRequests(ServerAddress server, List<String> headers) {
        this.server = server;
        this.headers = headers;
    }

    String handshake(ProbedHandshake request) {
        List<String> protocols = new ArrayList<>(List.of(ProbedHandshake.SUBPROTOCOL));
        request.token().ifPresent(token -> protocols.add("bearer." + token));
        List<String> lines = new ArrayList<>(List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + key(),
                "Sec-WebSocket-Protocol: " + String.join(", ", protocols)));
        request.origin().ifPresent(origin -> lines.add("Origin: " + origin));
        lines.addAll(headers);
        lines.addAll(request.lines());
        String target = server.target()
                + request.query()
                        .map(query -> (server.target().contains("?") ? "&" : "?") + query)
                        .orElse("");
        return request.edit().apply(head("GET", target, authority(), lines));
    }

    /** The head of a request with these lines. */
    static String head(String method, String path, String host, List<String> lines) {
        StringBuilder head = new StringBuilder(
                method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + USER_AGENT + "\r\n");
        lines.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString();
    }

    /** @param json of the body; empty for none */
    static String call(String method, String path, String host, List<String> lines, String json) {
        List<String> all = new ArrayList<>(lines);
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        if (!json.isEmpty()) {
            if (all.stream().noneMatch(line -> line.startsWith("Content-Type:"))) {
                all.add("Content-Type: application/json");
            }
            all.add("Content-Length: " + body.length);
        }
        all.add("Connection: close");
        return head(method, path, host, all) + new String(body, StandardCharsets.ISO_8859_1);
    }

    /** The Host of every request to the server. */
    String authority() {
        return authority(server.host(), server.port());
    }

    static String authority(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static String key() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
