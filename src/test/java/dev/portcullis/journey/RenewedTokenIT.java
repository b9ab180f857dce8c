package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client whose token ends and whose CSRF token changes while it talks. */
@ExtendWith(VertxExtension.class)
class RenewedTokenIT {
    /** The client has the next one long before, also on a machine that pauses. */
    private static final Duration TOKEN_LIFE = Duration.ofSeconds(6);

    @Test
    void client_talks_on_over_the_end_of_its_token_and_over_rotations_of_its_csrf_token(Vertx vertx) throws Exception {
        List<ClientEvent> events = new CopyOnWriteArrayList<>();
        AtomicInteger tokens = new AtomicInteger();
        try (TestNode node = TestNode.generous("csrf.require=always", "csrf.rotateMs=1000", "csrf.graceMs=1000")) {
            PortcullisClient client = PortcullisClient.connect(
                    vertx,
                    ClientOptions.to(
                                    node.ws().toString(),
                                    () -> Future.succeededFuture(DevToken.of("ann")
                                            .lasting(
                                                    tokens.getAndIncrement() == 0 ? TOKEN_LIFE : Duration.ofMinutes(10))
                                            .signed()))
                            .withRooms("lobby"),
                    events::add);
            client.opened().await(30, TimeUnit.SECONDS);
            long until = System.nanoTime() + TOKEN_LIFE.plusSeconds(2).toNanos();
            int sent = 0;
            while (System.nanoTime() < until) {
                assertThat(client.send("lobby", "message " + sent++)
                                .await(30, TimeUnit.SECONDS)
                                .getString("type"))
                        .isEqualTo("ack");
                vertx.timer(100, TimeUnit.MILLISECONDS).await(30, TimeUnit.SECONDS);
            }
            client.close().await(30, TimeUnit.SECONDS);
        }
        assertThat(events).noneMatch(ClientEvent.Interrupted.class::isInstance);
        assertThat(events)
                .filteredOn(ClientEvent.TokenExpiring.class::isInstance)
                .hasSize(1);
        assertThat(events)
                .filteredOn(ClientEvent.TokenRefreshed.class::isInstance)
                .hasSize(1);
        assertThat(tokens).hasValue(2);
    }
}
