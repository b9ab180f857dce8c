package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ClientConnectionTest {
    private Optional<Dialer> held = Optional.empty(); // Vert.x closes a client to which nothing refers

    @Test
    void write_between_close_frame_and_end_of_connection_reports_the_code_of_the_frame(
            Vertx vertx, VertxTestContext test) throws Exception {
        FakeServer server = new FakeServer(vertx);
        server.insteadOfWelcome = socket -> { // not before the client has taken the upgrade
            socket.textMessageHandler(any -> socket.close((short) 4003, "Evicted"));
            return true;
        };
        Dialer dialer =
                new Dialer(vertx, ServerAddress.of(server.url()), Optional.empty(), new WebSocketClientOptions(), 1);
        held = Optional.of(dialer);
        WritesOnEveryFrame owner = new WritesOnEveryFrame(how -> test.verify(() -> {
            assertThat(how).isEqualTo(Disconnect.closed(4003, "Evicted"));
            assertThat(held).isPresent();
            test.completeNow();
        }));

        vertx.runOnContext(
                any -> owner.connection = Optional.of(ClientConnection.dial(dialer, Optional.of("t1"), owner)));
    }

    /** Writes after each frame, also after the close frame. */
    private static final class WritesOnEveryFrame implements ClientConnection.Owner {
        private final Consumer<Disconnect> ended;
        private Optional<ClientConnection> connection = Optional.empty();

        WritesOnEveryFrame(Consumer<Disconnect> ended) {
            this.ended = ended;
        }

        @Override
        public void onConnected() {
            onActivity();
        }

        @Override
        public void onText(String text) {}

        @Override
        public void onActivity() {
            connection.ifPresent(current -> current.write("{}"));
        }

        @Override
        public void onDisconnect(Disconnect how) {
            ended.accept(how);
        }
    }
}
