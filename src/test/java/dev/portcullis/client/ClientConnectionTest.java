package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientConnectionTest {
    private final Vertx vertx = Vertx.vertx();
    private FakeServer server;

    @BeforeEach
    void listen() throws Exception {
        server = new FakeServer(vertx);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void write_between_close_frame_and_end_of_connection_reports_the_code_of_the_frame() throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.close((short) 4003, "Evicted");
            return true;
        };
        Dialer dialer =
                new Dialer(vertx, ServerAddress.of(server.url()), Optional.empty(), new WebSocketClientOptions(), 1);
        WritesOnEveryFrame owner = new WritesOnEveryFrame();

        vertx.runOnContext(
                any -> owner.connection = Optional.of(ClientConnection.dial(dialer, Optional.of("t1"), owner)));

        assertThat(owner.disconnect.get(30, TimeUnit.SECONDS)).isEqualTo(Disconnect.closed(4003, "Evicted"));
    }

    /** Writes after each frame, also after the close frame. */
    private static final class WritesOnEveryFrame implements ClientConnection.Owner {
        private final CompletableFuture<Disconnect> disconnect = new CompletableFuture<>();
        private Optional<ClientConnection> connection = Optional.empty();

        @Override
        public void onConnected() {}

        @Override
        public void onText(String text) {}

        @Override
        public void onActivity() {
            connection.ifPresent(current -> current.write("{}"));
        }

        @Override
        public void onDisconnect(Disconnect how) {
            disconnect.complete(how);
        }
    }
}
