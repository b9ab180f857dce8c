package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that does not read is closed 1013 at a bound, and other clients are not affected (CWE-770). */
class SlowReaderIT {
    private static final String LOBBY = "lobby";
    private static final String SECOND = "room-1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "an-api-key-for-a-test";
    private static final String CONTENT = "😀".repeat(1_000);
    private static final String CLOSED = "closed";
    private static final String REPLAYED = "replayed";
    private static final int CLOSE = 0x8;
    private static final int KEPT = 1_000;
    private static final int PAGE = 50;
    private static final int STEP = 100;
    private static final int MOST_ROUNDS = 40;

    private static TestNode node;

    @BeforeAll
    static void open() {
        node = strict("limits.closeLingerMs=2000");
    }

    private static TestNode strict(String linger) {
        return TestNode.generous(
                "limits.outboxBytes=65536",
                "limits.queuedFrames=100",
                "streams.room.entries=1000",
                "admin.apiKey=" + KEY,
                linger);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    /** The client receives the close frame only if it reads again during the close linger. */
    @Test
    void client_that_reads_too_late_receives_a_gapless_prefix_and_1013() throws IOException {
        try (TestNode lenient = strict("limits.closeLingerMs=10000");
                RawPeer slow = slow(lenient, "late", LOBBY);
                JdkPeer writer = lenient.enter("writer");
                JdkPeer reader = lenient.enter("reader")) {
            writer.join(LOBBY);
            reader.join(LOBBY);
            long published = 0;
            long seen = 0;
            int code = 0;
            for (int round = 1; code == 0 && round <= MOST_ROUNDS; round++) {
                for (int i = 0; i < round * STEP; i++) { // each round queues more for the slow client
                    published++;
                    assertThat(writer.chat(LOBBY, CONTENT, "m" + published).getString("type"))
                            .isEqualTo("ack");
                    writer.next("chat");
                    assertThat(reader.next("chat").getLong("seq")).isEqualTo(published);
                }
                while (code == 0 && seen < published) {
                    Frame frame = slow.read();
                    if (frame.isText()) {
                        seen++;
                        assertThat(new JsonObject(frame.text()).getLong("seq")).isEqualTo(seen);
                    } else if (frame.opcode() == CLOSE) { // on a slow machine there are pings, too
                        code = frame.closeCode();
                    }
                }
            }
            assertThat(code).isEqualTo(1013);
            assertThat(seen).isLessThan(published);
        }
    }

    @Test
    void client_that_never_reads_is_disconnected_and_counted() throws Exception {
        double before = metric("portcullis_slow_reader_closes_total");
        try (RawPeer slow = slow(node, "never", SECOND);
                JdkPeer writer = node.enter("writer");
                JdkPeer reader = node.enter("reader")) {
            writer.join(SECOND);
            reader.join(SECOND);
            long published = 0;
            while (metric("portcullis_slow_reader_closes_total") == before) {
                assertThat(published).as("messages until it is disconnected").isLessThan(10_000);
                for (int i = 0; i < STEP; i++) {
                    published++;
                    writer.chat(SECOND, CONTENT, "m" + published);
                    writer.next("chat");
                    assertThat(reader.next("chat").getLong("seq")).isEqualTo(published);
                }
            }
            assertThat(metric("portcullis_slow_reader_closes_total")).isEqualTo(before + 1);
            assertThat(Await.until(() -> metric("portcullis_connections") == 2)).isTrue();
            assertThat(slow.isCutOff()).isTrue();
        }
    }

    /** Four megabytes with a bound of 64 KiB: entries are read from the store only as fast as the client reads them. */
    @Test
    void client_that_requests_a_thousand_entries_and_reads_late_receives_all() throws IOException {
        try (JdkPeer writer = node.enter("writer", REPLAYED)) {
            writer.join(REPLAYED);
            for (int i = 1; i <= KEPT; i++) {
                writer.chat(REPLAYED, CONTENT, "r" + i);
                writer.next("chat");
            }
            double before = metric("portcullis_frames_total{type=\"history\"}");
            try (RawPeer slow = slow(node, "patient", REPLAYED)) {
                for (int after = 0; after < KEPT; after += PAGE) {
                    slow.text(new JsonObject()
                            .put("type", "history")
                            .put("roomId", REPLAYED)
                            .put("after", after)
                            .put("limit", PAGE)
                            .encode());
                }
                assertThat(Await.until(() -> metric("portcullis_frames_total{type=\"history\"}") > before))
                        .as("the first page is in the socket buffers")
                        .isTrue();
                for (int after = 0; after < KEPT; after += PAGE) {
                    JsonArray page = slow.next("history").getJsonArray("messages");
                    assertThat(IntStream.range(0, page.size())
                                    .map(i -> page.getJsonObject(i).getInteger("seq")))
                            .containsExactlyElementsOf(IntStream.rangeClosed(after + 1, after + PAGE)
                                    .boxed()
                                    .toList());
                }
                slow.text("{\"type\":\"ping\"}");
                slow.next("pong");
            }
        }
    }

    /** Otherwise a close frame would disable the bound: its answer would wait forever behind unread frames. */
    @Test
    void client_that_sends_a_close_frame_and_does_not_read_the_answer_is_disconnected() throws IOException {
        try (JdkPeer writer = node.enter("writer", CLOSED)) {
            writer.join(CLOSED);
            for (int i = 0; i < STEP; i++) {
                writer.chat(CLOSED, CONTENT, "g" + i);
            }
            try (RawPeer slow = slow(node, "gone", CLOSED)) {
                for (int i = 0; i < 60; i++) { // more than the socket buffers hold
                    slow.text("{\"type\":\"history\",\"roomId\":\"" + CLOSED + "\",\"limit\":100}");
                }
                assertThat(Await.until(() -> metric("portcullis_connections") == 2))
                        .isTrue();
                slow.frame(0x88, new byte[] {3, (byte) 0xE8});
                assertThat(Await.until(() -> metric("portcullis_connections") == 1))
                        .isTrue();
                assertThat(slow.isCutOff()).isTrue();
            }
        }
    }

    /** Joins the room with a small receive buffer. */
    private static RawPeer slow(TestNode some, String user, String room) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), some.port()));
        RawPeer peer = RawPeer.over(socket);
        Upgrade.of().withToken(some.token(user, room)).from(peer);
        peer.next("auth_success");
        peer.text("{\"type\":\"join\",\"roomId\":\"" + room + "\"}");
        peer.next("joined");
        return peer;
    }

    private static double metric(String name) {
        URI uri = node.admin("/metrics");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + KEY)
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .sum();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
