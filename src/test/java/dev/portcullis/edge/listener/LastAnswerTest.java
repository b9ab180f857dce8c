package dev.portcullis.edge.listener;

import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.ContractText;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that is not told of the end of its connection loses the request that it sends next (RFC 9112 section 9.6). */
@ExtendWith(VertxExtension.class)
class LastAnswerTest {
    private static final String DELETE = "DELETE /note HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String NOTHING = "GET /nothing HTTP/1.1\r\nHost: x\r\n";

    private ContractServer server;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        server = new ContractServer(
                vertx,
                ContractText.parse(path("/note", operation("delete", "deleteNote"))),
                5_000,
                16,
                1 << 20,
                builder -> builder.bind("deleteNote", request -> request.send(204)));
    }

    @Test
    void node_that_drains_announces_the_end_of_each_connection_that_is_kept() {
        try (RawPeer peer = server.peer()) {
            assertThat(peer.request(DELETE).header("Connection")).isEmpty();

            server.drain();

            assertThat(peer.request(DELETE).header("Connection")).isEqualTo("close");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void answer_that_comes_before_the_whole_body_announces_the_end() {
        try (RawPeer whole = server.peer();
                RawPeer part = server.peer()) {
            assertThat(whole.request(NOTHING + "\r\n").header("Connection")).isEmpty();
            assertThat(part.request(NOTHING + "Content-Length: 9\r\n\r\n").header("Connection"))
                    .isEqualTo("close");
            assertThat(part.isCutOff()).isTrue();
        }
    }

    /** A reset would take the answer away from a client that writes all of its body before it reads. */
    @Test
    void rest_of_a_body_that_comes_behind_the_answer_is_taken_and_the_connection_ends_without_a_reset() {
        try (RawPeer peer = server.peer()) {
            assertThat(peer.request(NOTHING + "Content-Length: 100000\r\n\r\n").header("Connection"))
                    .isEqualTo("close");
            for (int i = 0; i < 10; i++) {
                peer.write(new byte[10_000]);
                Await.pass(Duration.ofMillis(10)); // a reset for one part fails the next
            }
            assertThat(peer.isCutOff()).isTrue();
        }
    }
}
