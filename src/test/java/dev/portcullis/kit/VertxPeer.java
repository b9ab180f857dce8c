package dev.portcullis.kit;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client based on Vert.x. */
public final class VertxPeer extends ChatPeer {
    private final WebSocketClient client;
    private final ClientWebSocket socket;

    private VertxPeer(Vertx vertx, URI uri, List<String> subprotocols) throws Exception {
        this.client = vertx.createWebSocketClient();
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI(uri.getRawPath())
                .setSubProtocols(subprotocols);
        this.socket = client.webSocket();
        socket.textMessageHandler(this::hear); // one that is set after the connect may miss the first message
        socket.closeHandler(any -> end(socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode()));
        socket.connect(options).await(30, TimeUnit.SECONDS);
    }

    public static VertxPeer withToken(Vertx vertx, URI uri, String token) throws Exception {
        return new VertxPeer(vertx, uri, List.of("portcullis.v1", "bearer." + token));
    }

    @Override
    public void send(String text) {
        socket.writeTextMessage(text);
    }

    @Override
    public void cut() {
        client.close();
    }

    @Override
    public String subprotocol() {
        return socket.subProtocol();
    }
}
