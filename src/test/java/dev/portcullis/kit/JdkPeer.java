package dev.portcullis.kit;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A client based on the JDK's WebSocket. */
public final class JdkPeer extends ChatPeer {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WebSocket socket;

    private JdkPeer(URI uri, List<String> subprotocols, Map<String, String> headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        headers.forEach(builder::header);
        if (!subprotocols.isEmpty()) {
            builder.subprotocols(
                    subprotocols.get(0), subprotocols.stream().skip(1).toArray(String[]::new));
        }
        this.socket = builder.buildAsync(uri, new FrameListener()).join();
    }

    /** @throws CompletionException around a {@code WebSocketHandshakeException} if the upgrade is refused */
    public static JdkPeer open(URI uri, List<String> subprotocols, Map<String, String> headers) {
        return new JdkPeer(uri, subprotocols, headers);
    }

    public static JdkPeer withToken(URI uri, String token) {
        return open(uri, List.of("portcullis.v1", "bearer." + token), Map.of());
    }

    /** Connects with a token; repeats the handshake while it is refused with 503, which happens on a busy machine. */
    public static JdkPeer admitted(URI uri, String token) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return withToken(uri, token);
            } catch (CompletionException refused) {
                if (!mayTryAgain(refused.getCause()) || System.nanoTime() - deadline > 0) {
                    throw refused;
                }
                Await.pass(Duration.ofMillis(100));
            }
        }
    }

    /** 429 too: it is what a valid token gets that can't be checked in time, from an address with too many attempts. */
    private static boolean mayTryAgain(Throwable refusal) {
        return refusal instanceof WebSocketHandshakeException handshake
                && (handshake.getResponse().statusCode() == 503
                        || handshake.getResponse().statusCode() == 429);
    }

    @Override
    public void send(String text) {
        socket.sendText(text, true).join();
    }

    public WebSocket raw() {
        return socket;
    }

    @Override
    public void cut() {
        socket.abort();
    }

    @Override
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    private final class FrameListener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                hear(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            end(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable broken) {
            end(1006);
        }
    }
}
