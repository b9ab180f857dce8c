package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that send their whole file before they look for an answer, which is a refusal and was there long before. */
class RefusedWhileSendingIT {
    /** More than the buffers of both kernels hold. */
    private static final int LARGE = 16_000_000;

    @TempDir
    Path folder;

    private TestNode node;
    private FilePeer ann;

    @BeforeEach
    void open() {
        node = TestNode.generous(sets());
        ann = new FilePeer(node, node.token("ann"));
        ann.chat().join("lobby");
    }

    @AfterEach
    void close() {
        ann.close();
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"''", "'Connection: close'"})
    void client_gets_the_refusal_of_a_longer_file(String header) {
        JsonObject ticket = ann.ticket("lobby", "short");
        assertThat(answer(ticket, header).status()).isEqualTo(413);
        assertThat(ann.put(ticket, "short").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"''", "'Connection: close'"})
    void client_gets_the_refusal_of_another_type(String header) {
        JsonObject ticket = ann.ask("lobby", "a.png", LARGE, "image/png");
        Reply answer = answer(ticket, header);
        assertThat(answer.status()).isEqualTo(415);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("reason"))
                .isEqualTo("wrong_file_type");
    }

    @Test
    void client_gets_the_refusal_of_a_used_ticket() {
        JsonObject ticket = ann.ticket("lobby", "short");
        ann.put(ticket, "short");
        assertThat(answer(ticket, "").status()).isEqualTo(404);
    }

    @Test
    void client_that_sends_on_is_cut_off() {
        JsonObject ticket = ann.ticket("lobby", "short");
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply answer = peer.request(head(ticket, "", Long.MAX_VALUE));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(peer.isCutOffWhile(() -> peer.write(new byte[65_536]))).isTrue();
        }
    }

    @Test
    void client_gets_the_refusal_within_tls_too() throws Exception {
        SelfSigned server = SelfSigned.any();
        JsonObject none = new JsonObject().put("uploadUrl", "/api/uploads/" + "0".repeat(32) + "A".repeat(43));
        close();
        node = TestNode.generous(
                sets("tls.required=true", "tls.certificate=" + server.certificate(), "tls.key=" + server.key()));
        try (RawPeer peer = RawPeer.over(
                server.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), node.port()))) {
            assertThat(answer(peer, none, "").status()).isEqualTo(404);
        }
    }

    private String[] sets(String... more) {
        List<String> sets = new ArrayList<>(List.of("uploads.kind=disk", "uploads.folder=" + folder));
        sets.addAll(List.of(more));
        return sets.toArray(String[]::new);
    }

    private Reply answer(JsonObject ticket, String header) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return answer(peer, ticket, header);
        }
    }

    private static Reply answer(RawPeer peer, JsonObject ticket, String header) {
        peer.write(head(ticket, header, LARGE).getBytes(StandardCharsets.ISO_8859_1));
        peer.write(new byte[LARGE]);
        return peer.request("");
    }

    private static String head(JsonObject ticket, String header, long length) {
        return "PUT " + ticket.getString("uploadUrl") + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length
                + "\r\n" + (header.isEmpty() ? "" : header + "\r\n") + "\r\n";
    }
}
