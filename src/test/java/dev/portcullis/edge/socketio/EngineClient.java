package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Speaks Engine.IO packet by packet, as no library would let a test do. */
final class EngineClient {
    static final String HANDSHAKE = "?EIO=4&transport=polling";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String authority;
    private final String origin;

    EngineClient(TestNode node) {
        this(node, "http://localhost:3000");
    }

    EngineClient(TestNode node, String origin) {
        this.authority = "127.0.0.1:" + node.ws().getPort();
        this.origin = origin;
    }

    HttpClient http() {
        return http;
    }

    HttpRequest.Builder request(String query) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority + "/socket.io/" + query))
                .timeout(PATIENCE);
        return origin.isEmpty() ? request : request.header("Origin", origin);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return await(http.sendAsync(request.build(), BodyHandlers.ofString()));
    }

    HttpResponse<String> get(String query) {
        return send(request(query));
    }

    /** The handshake of a session by polls. */
    JsonObject open() {
        return opened(get(HANDSHAKE));
    }

    private static JsonObject opened(HttpResponse<String> answer) {
        if (answer.statusCode() != 200 || !answer.body().startsWith("0")) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body().substring(1));
    }

    Polled polled() {
        return new Polled(open().getString("sid"));
    }

    /** The session of the first handshake that is let in. */
    Polled polledAtLast() {
        List<HttpResponse<String>> answers = new ArrayList<>();
        assertThat(Await.until(() -> {
                    HttpResponse<String> answer = get(HANDSHAKE);
                    answers.add(answer);
                    return answer.statusCode() == 200;
                }))
                .isTrue();
        return new Polled(opened(answers.get(answers.size() - 1)).getString("sid"));
    }

    static String pollOf(String sid) {
        return "?EIO=4&transport=polling&sid=" + sid;
    }

    /** A session by polls. */
    final class Polled {
        private final String sid;
        private final Deque<String> packets = new ArrayDeque<>();

        Polled(String sid) {
            this.sid = sid;
        }

        String sid() {
            return sid;
        }

        CompletableFuture<HttpResponse<String>> polling() {
            return http.sendAsync(request(pollOf(sid)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> poll() {
            return await(polling());
        }

        CompletableFuture<HttpResponse<String>> posting(String payload) {
            return http.sendAsync(
                    request(pollOf(sid)).POST(BodyPublishers.ofString(payload)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> post(byte[] payload) {
            return send(request(pollOf(sid)).POST(BodyPublishers.ofByteArray(payload)));
        }

        /** Whether the session has ended. Of a client in the namespace only; the packet is no flood, and has no answer. */
        boolean isGone() {
            return post("42[\"ack\",{\"inboxSeq\":0}]").statusCode() == 400;
        }

        HttpResponse<String> post(String... packets) {
            return await(posting(String.join("\u001e", packets)));
        }

        /** The next packet, from as many polls as it needs; pings are answered. */
        String next() {
            while (packets.isEmpty()) {
                HttpResponse<String> answer = poll();
                if (answer.statusCode() != 200) {
                    throw new AssertionError(answer.statusCode() + " " + answer.body());
                }
                for (String packet : answer.body().split("\u001e", -1)) {
                    if (packet.equals("2")) {
                        post("3");
                    } else {
                        packets.add(packet);
                    }
                }
            }
            return packets.remove();
        }

        /** The argument of the next event of this name. */
        JsonObject event(String name) {
            return EngineClient.event(name, this::next);
        }

        Polled connect(String token) {
            post("40" + new JsonObject().put("token", token).encode());
            event("auth_success");
            return this;
        }

        Polled join(String room) {
            post("42" + new JsonArray().add("join").add(new JsonObject().put("roomId", room)));
            event("joined");
            return this;
        }
    }

    static JsonObject event(String name, java.util.function.Supplier<String> packets) {
        while (true) {
            String packet = packets.get();
            if (packet.startsWith("42")) {
                JsonArray event = new JsonArray(packet.substring(2));
                if (event.getString(0).equals(name)) {
                    return event.getJsonObject(1);
                }
            } else if (packet.startsWith("1") || packet.startsWith("44") || packet.equals("41")) {
                throw new AssertionError("not " + name + " but " + packet);
            }
        }
    }

    /** A WebSocket. */
    Socket socket(String query) {
        Socket socket = new Socket();
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(PATIENCE);
        if (!origin.isEmpty()) {
            builder.header("Origin", origin);
        }
        socket.webSocket = await(builder.buildAsync(URI.create("ws://" + authority + "/socket.io/" + query), socket));
        return socket;
    }

    Socket socket() {
        return socket("?EIO=4&transport=websocket");
    }

    static final class Socket implements WebSocket.Listener {
        static final String CLOSED = "closed ";

        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private @Nullable WebSocket webSocket;

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                String message = partial.toString();
                partial.setLength(0);
                if (message.equals("2")) {
                    var unused = from.sendText("3", true);
                } else {
                    messages.add(message);
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            messages.add(CLOSED + statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            messages.add(CLOSED + error);
        }

        private WebSocket opened() {
            return Objects.requireNonNull(webSocket);
        }

        Socket send(String text) {
            await(opened().sendText(text, true));
            return this;
        }

        void binary() {
            await(opened().sendBinary(java.nio.ByteBuffer.wrap(new byte[] {1, 2}), true));
        }

        void close() {
            await(opened().sendClose(1000, ""));
        }

        void abort() {
            opened().abort();
        }

        String next() {
            try {
                return Optional.ofNullable(messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .orElseThrow(() -> new AssertionError("nothing came"));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        /** All that comes until the end, and the end. */
        List<String> untilClosed() {
            List<String> all = new java.util.ArrayList<>();
            do {
                all.add(next());
            } while (!all.get(all.size() - 1).startsWith(CLOSED));
            return all;
        }

        JsonObject event(String name) {
            return EngineClient.event(name, () -> {
                String next = next();
                if (next.startsWith(CLOSED)) {
                    throw new AssertionError("not " + name + " but " + next);
                }
                return next;
            });
        }

        Socket connect(String token) {
            send("40" + new JsonObject().put("token", token).encode());
            event("auth_success");
            return this;
        }

        Socket join(String room) {
            send("42" + new JsonArray().add("join").add(new JsonObject().put("roomId", room)));
            event("joined");
            return this;
        }
    }

    static String emit(String name, JsonObject argument) {
        return "42" + new JsonArray().add(name).add(argument).encode();
    }

    static List<String> packets(HttpResponse<String> answer) {
        return Arrays.asList(answer.body().split("\u001e", -1));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
