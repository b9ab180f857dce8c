package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.files.UnreadDownloads.Attacker;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many users who hold the places of transfers by sockets that they never read, and come again as often as they are cut off
 * (CWE-400, CWE-770), beside users who send and fetch files.
 */
class FloodedFilesIT {
    private static final int LARGE = 26_214_400;
    private static final String TEXT = "x".repeat(1_000_000);

    @TempDir
    Path folder;

    /** All from one address, with the shares of the defaults. */
    @Test
    void honest_user_sends_and_fetches_at_once_beside_eight_users_of_their_address_with_eight_sockets_each() {
        try (Served served = serve(LARGE);
                UnreadDownloads unread = served.unread(8, 8);
                FilePeer honest = served.user("honest")) {
            assertThat(Await.until(() -> unread.held() >= 32 && served.downloads("busy") >= 32))
                    .isTrue();
            JsonObject ticket = honest.ticket("lobby", TEXT);

            assertThat(honest.put(ticket, TEXT).statusCode()).isEqualTo(201);
            assertThat(honest.get(ticket.getString("fileId")).body()).isEqualTo(TEXT);
        }
    }

    /** A ticket and a token prove whose the transfers are. */
    @Test
    void transfers_do_not_pay_for_requests_of_others_at_their_address() {
        try (Served served = serve(LARGE, "http.requestsPerMinute=20");
                FilePeer honest = served.user("honest")) {
            JsonObject ticket = honest.ticket("lobby", TEXT);
            assertThat(Await.until(() -> served.withoutToken() == 429)).isTrue();
            assertThat(honest.put(ticket, TEXT).statusCode()).isEqualTo(201);
            assertThat(honest.get(ticket.getString("fileId")).body()).isEqualTo(TEXT);
        }
    }

    /** What somebody made up reaches the store a few times in a minute, however many of them there are. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void tickets_that_strangers_made_up_cost_the_users_of_their_address_nothing(int attackers) {
        try (Served served = serve(LARGE, "http.requestsPerMinute=20");
                FilePeer honest = served.user("honest")) {
            JsonObject ticket = honest.ticket("lobby", TEXT);
            assertThat(Await.until(() -> served.withoutToken() == 429)).isTrue();
            int lookedUp = 0;
            int refused = 0;
            for (int i = 0; i < Math.max(20, attackers); i++) {
                int status = served.madeUp(i);
                assertThat(status).isIn(404, 429);
                lookedUp += status == 404 ? 1 : 0;
                refused += status == 429 ? 1 : 0;
            }
            assertThat(lookedUp).isLessThanOrEqualTo(10);
            assertThat(refused).isPositive();
            assertThat(honest.put(ticket, TEXT).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void user_who_sends_the_wrong_length_again_and_again_is_limited_and_others_are_not() {
        try (Served served = serve(LARGE, "http.requestsPerMinute=20");
                FilePeer mallory = served.user("mallory");
                FilePeer honest = served.user("honest")) {
            JsonObject ticket = mallory.ticket("lobby", TEXT);
            assertThat(Await.until(() -> mallory.put(ticket, "x").statusCode() == 429))
                    .isTrue();
            JsonObject good = honest.ticket("lobby", TEXT);
            assertThat(honest.put(good, TEXT).statusCode()).isEqualTo(201);
            assertThat(mallory.put(ticket, TEXT).statusCode()).isEqualTo(429);
        }
    }

    /** Each of the others has one transfer, which is all that an honest user has: their speed tells them apart. */
    @Test
    void slowest_transfer_goes_for_a_user_who_has_none() {
        try (Served served = serve(LARGE, "uploads.concurrent=4", "uploads.behindMs=600000");
                UnreadDownloads unread = served.unread(4, 1);
                FilePeer honest = served.user("honest")) {
            assertThat(Await.until(() -> unread.held() == 4)).isTrue();
            JsonObject ticket = honest.ticket("lobby", TEXT);

            assertThat(Await.until(() -> honest.put(ticket, TEXT).statusCode() == 201))
                    .isTrue();

            assertThat(Await.until(() -> served.downloads("displaced") >= 1)).isTrue();
        }
    }

    @Test
    void reader_that_keeps_twice_the_least_speed_gets_all_and_one_that_reads_nothing_is_cut_off() throws Exception {
        try (Served served = serve(4_000_000, "uploads.minBytesPerSecond=200000", "uploads.behindMs=8000");
                UnreadDownloads unread = served.unread(1, 1);
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(65_536);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), served.node().port()));
            socket.getOutputStream().write(served.attacker("slow").request().getBytes(StandardCharsets.ISO_8859_1));

            assertThat(readAt(socket, 400_000)).isGreaterThan(4_000_000);
            assertThat(Await.until(() -> served.downloads("too_slow") >= 1)).isTrue();
            assertThat(served.downloads("sent")).isEqualTo(1);
            assertThat(unread.held()).isLessThanOrEqualTo(1);
        }
    }

    /** A node with a file of ann. */
    private record Served(TestNode node, FilePeer ann, String file) implements AutoCloseable {
        FilePeer user(String name) {
            FilePeer user = new FilePeer(node, node.token(name));
            user.chat().join("lobby");
            return user;
        }

        Attacker attacker(String name) {
            return Attacker.of(InetAddress.getLoopbackAddress(), file, node.token(name));
        }

        UnreadDownloads unread(int users, int each) {
            return UnreadDownloads.open(
                    node.port(),
                    IntStream.range(0, users)
                            .mapToObj(i -> attacker("attacker" + i))
                            .toList(),
                    each);
        }

        /** The status of an upload by a ticket that was never issued. */
        int madeUp(int number) {
            String ticket = String.format(Locale.ROOT, "%032x", number) + "A".repeat(43);
            return FilePeer.send(HttpRequest.newBuilder(node.http("/api/uploads/" + ticket))
                            .PUT(BodyPublishers.ofString("x"))
                            .build())
                    .statusCode();
        }

        /** The status of a request that proves nothing. */
        int withoutToken() {
            return FilePeer.send(HttpRequest.newBuilder(node.http("/nothing")).build())
                    .statusCode();
        }

        double downloads(String result) {
            String series = "portcullis_downloads_total{result=\"" + result + "\"} ";
            return Gauges.scrape(node)
                    .lines()
                    .filter(line -> line.startsWith(series))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                    .sum();
        }

        @Override
        public void close() {
            ann.close();
            node.close();
        }
    }

    private Served serve(int size, String... sets) {
        TestNode node = TestNode.generous(Stream.concat(
                        Stream.of("uploads.kind=disk", "uploads.folder=" + folder, "admin.apiKey=" + Gauges.KEY),
                        Stream.of(sets))
                .toArray(String[]::new));
        FilePeer ann = new FilePeer(node, node.token("ann"));
        ann.chat().join("lobby");
        return new Served(node, ann, ann.upload("lobby", "x".repeat(size)));
    }

    /** Reads to the end, no faster than this on average; returns how much there was. */
    private static long readAt(Socket socket, int bytesPerSecond) throws Exception {
        byte[] some = new byte[bytesPerSecond / 20];
        long begun = System.nanoTime();
        long all = 0;
        for (int read = socket.getInputStream().read(some);
                read >= 0;
                read = socket.getInputStream().read(some)) {
            all += read;
            long due = begun + all * 1_000_000_000L / bytesPerSecond;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        return all;
    }
}
