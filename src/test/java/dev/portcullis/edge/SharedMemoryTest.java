package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that do not read what they are sent hold all the memory that a node has for that. */
class SharedMemoryTest {
    private static final String SESSION = "/socket.io/?EIO=4&transport=polling";

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void post_of_a_session_is_taken_beside_clients_that_do_not_read() {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply opened = peer.request("GET " + SESSION + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            String sid = new JsonObject(opened.body().substring(1)).getString("sid");
            node.memory.take(node.memory.largest());

            String connect = "40{\"token\":\"" + "x".repeat(4_000) + "\"}";
            assertThat(peer.request("POST " + SESSION + "&sid=" + sid + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                    + "Content-Type: text/plain\r\nContent-Length: " + connect.length() + "\r\n\r\n"
                                    + connect)
                            .status())
                    .isEqualTo(200);
        }
    }
}
