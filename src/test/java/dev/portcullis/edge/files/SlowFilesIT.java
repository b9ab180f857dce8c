package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Transfers that take longer than other requests may, and those that take too long. */
class SlowFilesIT {
    private static final int LARGE = 12_000_000;

    @TempDir
    static Path folder;

    private static TestNode node;
    private static FilePeer ann;

    @BeforeAll
    static void open() {
        node = TestNode.generous(
                "uploads.kind=disk",
                "uploads.folder=" + folder,
                "uploads.transferMs=10000",
                "uploads.minBytesPerSecond=1073741824",
                "http.handshakeMs=3000",
                "admin.apiKey=" + Gauges.KEY);
        ann = new FilePeer(node, node.token("ann"));
        ann.chat().join("lobby");
    }

    @AfterAll
    static void close() {
        ann.close();
        node.close();
    }

    @Test
    void upload_may_take_longer_than_a_handshake_and_its_connection_carries_no_other_request() {
        JsonObject ticket = ann.ticket("lobby", "slow");
        try (RawPeer peer = RawPeer.to(node.port())) {
            peer.write(("PUT " + ticket.getString("uploadUrl")
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nsl")
                    .getBytes(StandardCharsets.ISO_8859_1));
            Await.pass(Duration.ofMillis(3_500));
            assertThat(peer.request("owGET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .status())
                    .isEqualTo(201);
            assertThat(peer.rest()).doesNotContain("HTTP/1.1");
        }
        assertThat(ann.get(ticket.getString("fileId")).body()).isEqualTo("slow");
    }

    @Test
    void client_that_does_not_read_its_download_is_cut_off() throws Exception {
        String file = ann.upload("lobby", "x".repeat(LARGE));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            RawPeer peer = RawPeer.over(socket);
            peer.write(("GET /api/files/" + file + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + node.token("ben") + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(Await.until(() -> counted("portcullis_file_transfers") == 1))
                    .isTrue();
            assertThat(Await.until(() -> counted("portcullis_downloads_total{result=\"too_slow\"}") == 1))
                    .isTrue();
            assertThat(peer.rest().length()).isLessThan(LARGE);
            assertThat(counted("portcullis_file_transfers")).isZero();
        }
    }

    @Test
    void head_of_a_file_is_that_of_its_download() {
        String file = ann.upload("lobby", "what was said");

        HttpResponse<String> head = ann.head(file);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        HttpResponse<String> got = ann.get(file);
        assertThat(head.headers().firstValue("Content-Length")).contains("13");
        for (String name : List.of("Content-Length", "Content-Type", "Content-Disposition", "Cache-Control")) {
            assertThat(head.headers().firstValue(name))
                    .as(name)
                    .isPresent()
                    .isEqualTo(got.headers().firstValue(name));
        }
        assertThat(Await.until(() -> counted("portcullis_downloads_total{result=\"described\"}") == 1))
                .isTrue();
        assertThat(ann.head("0".repeat(32)).statusCode()).isEqualTo(404);
    }

    @Test
    void ticket_reaches_no_log() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        JsonObject ticket = ann.ticket("lobby", "secret");
        String secret = ticket.getString("uploadUrl").substring("/api/uploads/".length() + 32);
        log.start();
        root.setLevel(Level.DEBUG);
        root.addAppender(log);
        try {
            String path = ticket.getString("uploadUrl");
            for (String request : List.of(
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "PUT /" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
                    "PUT " + path.replace("uploads/", "files%2F") + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "PUT " + path + "x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
                    "PUT " + path + "?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
                    "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n",
                    "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")) {
                try (RawPeer peer = RawPeer.to(node.port())) {
                    assertThat(peer.request(request).status()).isGreaterThanOrEqualTo(400);
                }
            }
            ann.put(ticket, "secret");
        } finally {
            root.detachAppender(log);
            root.setLevel(level);
        }
        List<String> lines = List.copyOf(log.list).stream()
                .map(each -> each.getFormattedMessage() + each.getKeyValuePairs())
                .toList();
        assertThat(lines).anyMatch(line -> line.contains("/api/uploads/[REDACTED]"));
        assertThat(lines).anyMatch(line -> line.contains("upload.received"));
        assertThat(lines).noneMatch(line -> line.contains(secret));
    }

    private static double counted(String series) {
        return Gauges.scrape(node)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }
}
