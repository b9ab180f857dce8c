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
    void who_writes_between_the_close_frame_and_the_end_of_the_connection_is_told_what_the_frame_said()
            throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.close((short) 4003, "Evicted");
            return true;
        };
        Dialer dialer =
                new Dialer(vertx, ServerAddress.of(server.url()), Optional.empty(), new WebSocketClientOptions(), 1);
        Talkative owner = new Talkative();

        vertx.runOnContext(any -> owner.connection = Optional.of(ClientConnection.dial(dialer, "t1", owner)));

        assertThat(owner.disconnect.get(30, TimeUnit.SECONDS)).isEqualTo(Disconnect.closed(4003, "Evicted"));
    }

    /** Answers each frame at once, the one that closes too. */
    private static final class Talkative implements ClientConnection.Owner {
        private final CompletableFuture<Disconnect> disconnect = new CompletableFuture<>();
        private Optional<ClientConnection> connection = Optional.empty();

        @Override
        public void onText(String text) {}

        @Override
        public void onActivity() {
            connection.ifPresent(up -> up.write("{}"));
        }

        @Override
        public void onDisconnect(Disconnect how) {
            disconnect.complete(how);
        }
    }
}
