package dev.portcullis.client;

import dev.portcullis.protocol.RoomRole;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The calls about invitations, which go over HTTP to the server of the WebSocket, with a token of the same source. Not
 * thread-safe.
 */
final class InvitationCalls {
    private static final int CONNECT_MS = 10_000;
    private static final long ANSWER_MS = 20_000;
    private static final int REFUSED = 400;

    private final Vertx vertx;
    private final HttpClientOptions transport;
    private final List<ServerAddress> servers;
    private final Supplier<Future<String>> tokens;
    private final Optional<String> origin;
    private Optional<HttpClient> client = Optional.empty(); // of who asks for nothing there is none

    InvitationCalls(Vertx vertx, ClientOptions options) {
        this.vertx = vertx;
        this.transport = http(options.transport());
        this.servers = options.servers();
        this.tokens = new TokenSource(options.token());
        this.origin = options.origin();
    }

    /** Certificates are verified whatever the options say: the token would go to anyone on the way (CWE-295). */
    private static HttpClientOptions http(WebSocketClientOptions transport) {
        HttpClientOptions options =
                new HttpClientOptions().setTrustAll(false).setVerifyHost(true).setConnectTimeout(CONNECT_MS);
        if (transport.getTrustOptions() != null) {
            options.setTrustOptions(transport.getTrustOptions());
        }
        if (transport.getKeyCertOptions() != null) {
            options.setKeyCertOptions(transport.getKeyCertOptions());
        }
        if (transport.getProxyOptions() != null) {
            options.setProxyOptions(transport.getProxyOptions());
        }
        return options;
    }

    Future<List<RoomInvitation>> open() {
        return call(HttpMethod.GET, "/api/rooms/invitations").map(RoomInvitation::all);
    }

    /**
     * @param room a room with a valid name
     * @param role the only one that is accepted; empty for the lowest
     */
    Future<Void> accept(String room, Optional<RoomRole> role) {
        return call(
                        HttpMethod.POST,
                        path(room) + role.map(only -> "?role=" + only.id()).orElse(""))
                .mapEmpty();
    }

    /** @param room a room with a valid name */
    Future<Void> decline(String room) {
        return call(HttpMethod.DELETE, path(room)).mapEmpty();
    }

    Future<Void> close() {
        return client.map(HttpClient::close).orElseGet(Future::succeededFuture);
    }

    private static String path(String room) {
        return "/api/rooms/" + room + "/invitation";
    }

    private Future<JsonObject> call(HttpMethod method, String path) {
        return tokens.get()
                .compose(token -> Dialer.canCarry(token)
                        ? call(method, path, token, 0)
                        : failed(ClientFailure.Kind.MALFORMED, "the token has characters that no JWT has"));
    }

    /** A server that can't be reached has done nothing: the next one is asked. */
    private Future<JsonObject> call(HttpMethod method, String path, String token, int at) {
        ServerAddress server = servers.get(at);
        RequestOptions options = new RequestOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setSsl(server.tls())
                .setMethod(method)
                .setURI(path)
                .setConnectTimeout(CONNECT_MS)
                .putHeader("Authorization", "Bearer " + token);
        origin.ifPresent(value -> options.putHeader("Origin", value));
        return client().request(options)
                .compose(
                        InvitationCalls::send,
                        unreachable -> at + 1 < servers.size()
                                ? call(method, path, token, at + 1)
                                : failed(ClientFailure.Kind.DISCONNECTED, "the server can't be reached"));
    }

    private HttpClient client() {
        HttpClient opened = client.orElseGet(() -> vertx.createHttpClient(transport));
        client = Optional.of(opened);
        return opened;
    }

    private static Future<JsonObject> send(HttpClientRequest request) {
        return request.send()
                .compose(response -> response.body().map(body -> new Answer(response.statusCode(), body)))
                .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                .compose(
                        InvitationCalls::read,
                        broken -> failed(ClientFailure.Kind.DISCONNECTED, "the call got no answer"));
    }

    private record Answer(int status, Buffer body) {}

    private static Future<JsonObject> read(Answer answer) {
        JsonObject body = json(answer.body());
        return answer.status() < REFUSED
                ? Future.succeededFuture(body)
                : failed(ClientFailure.Kind.REFUSED, reason(body).orElseGet(() -> "HTTP " + answer.status()));
    }

    private static Optional<String> reason(JsonObject body) {
        return body.getValue("error") instanceof JsonObject error && error.getValue("reason") instanceof String reason
                ? Optional.of(reason)
                : Optional.empty();
    }

    private static JsonObject json(Buffer body) {
        try {
            return body.length() == 0 ? new JsonObject() : body.toJsonObject();
        } catch (RuntimeException unreadable) { // as a proxy answers
            return new JsonObject();
        }
    }

    private static <T> Future<T> failed(ClientFailure.Kind kind, String what) {
        return Future.failedFuture(new ClientFailure(kind, what));
    }
}
