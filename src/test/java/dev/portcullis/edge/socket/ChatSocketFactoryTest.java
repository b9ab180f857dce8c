package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.kit.Loops;
import dev.portcullis.protocol.CloseCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatSocketFactoryTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void socket_of_the_own_event_loop_is_opened() throws Exception {
        Loops loops = Loops.of(vertx);
        assertThat(openedOn(loops.one(), loops.one()).await(30, TimeUnit.SECONDS))
                .isInstanceOf(ChatSocket.class);
    }

    /** Its writes would be flushed by another thread, and some of them only by the next ping. */
    @Test
    void socket_of_another_event_loop_is_refused() throws Exception {
        Loops loops = Loops.of(vertx);
        assertThatThrownBy(() -> openedOn(loops.one(), loops.other()).await(30, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another event loop");
    }

    private Future<ClientTransport> openedOn(Context listening, Context flushing) throws Exception {
        ChatSocketFactory sockets = new ChatSocketFactory(
                FlushCoalescer.of(flushing),
                SocketConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")))
                        .section("limits")),
                new LoadShedder(new MemoryBudget(1 << 20)),
                Optional.empty());
        Promise<ClientTransport> opened = Promise.promise();
        Promise<HttpServer> server = Promise.promise();
        listening.runOnContext(any -> vertx.createHttpServer()
                .requestHandler(request -> request.toWebSocket().onSuccess(socket -> open(sockets, socket, opened)))
                .listen(0, "127.0.0.1")
                .onComplete(server));
        int port = server.future().await(30, TimeUnit.SECONDS).actualPort();
        vertx.createWebSocketClient().connect(port, "127.0.0.1", "/").await(30, TimeUnit.SECONDS);
        return opened.future();
    }

    private static void open(ChatSocketFactory sockets, ServerWebSocket socket, Promise<ClientTransport> opened) {
        try {
            opened.complete(sockets.of(socket, false).open(new Silent()));
        } catch (IllegalStateException refused) {
            opened.fail(refused);
        }
    }

    private static final class Silent implements ClientTransport.Listener {
        @Override
        public void message(byte[] utf8) {}

        @Override
        public void violated(CloseCode code) {}

        @Override
        public void closing() {}

        @Override
        public void closed() {}
    }
}
