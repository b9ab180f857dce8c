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

/** Who does not read while others talk: a bounded wait, then 1013, and nobody else notices (CWE-770). */
class SlowReaderTest {
    private static final String LOBBY = "lobby";
    private static final String SECOND = "room-1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "an-api-key-for-a-test";
    private static final String CONTENT = "😀".repeat(1_000);
    private static final String FAREWELL = "farewell";
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

    /** It hears of the close only if it reads again while that lingers, and the others are not done before. */
    @Test
    void who_reads_too_late_has_a_prefix_without_a_hole_and_is_told_1013() throws IOException {
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
                for (int i = 0; i < round * STEP; i++) { // the more rounds, the more must wait for it
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
                    } else if (frame.opcode() == CLOSE) { // and not a ping, where the machine is slow
                        code = frame.closeCode();
                    }
                }
            }
            assertThat(code).isEqualTo(1013);
            assertThat(seen).isLessThan(published);
        }
    }

    @Test
    void who_never_reads_is_cut_off_and_counted() throws Exception {
        double before = metric("portcullis_slow_reader_closes_total");
        try (RawPeer slow = slow(node, "never", SECOND);
                JdkPeer writer = node.enter("writer");
                JdkPeer reader = node.enter("reader")) {
            writer.join(SECOND);
            reader.join(SECOND);
            long published = 0;
            while (metric("portcullis_slow_reader_closes_total") == before) {
                assertThat(published).as("messages until it was cut off").isLessThan(10_000);
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

    /** Four megabytes for a bound of 64 KiB: what was asked for is read from the store only as the reader takes it. */
    @Test
    void who_asks_for_a_thousand_entries_and_reads_late_gets_all_of_them() throws IOException {
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
                        .as("what the sockets take is on its way")
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

    /** Or a close frame would switch off every guard: its answer waits behind what nobody reads, for ever. */
    @Test
    void who_says_goodbye_and_does_not_read_the_answer_is_cut_off() throws IOException {
        try (JdkPeer writer = node.enter("writer", FAREWELL)) {
            writer.join(FAREWELL);
            for (int i = 0; i < STEP; i++) {
                writer.chat(FAREWELL, CONTENT, "g" + i);
            }
            try (RawPeer slow = slow(node, "gone", FAREWELL)) {
                for (int i = 0; i < 60; i++) { // more than the kernel takes
                    slow.text("{\"type\":\"history\",\"roomId\":\"" + FAREWELL + "\",\"limit\":100}");
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

    /** In the room, with as small a buffer as the system gives. */
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
