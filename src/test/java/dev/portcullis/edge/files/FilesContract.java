package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files from their tickets to their downloads, over real sockets, with the rows in either store. */
abstract class FilesContract extends FilesOverStores {
    @Test
    void message_refers_to_a_file_by_its_url() {
        try (FilePeer ann = enter("lobby")) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            ann.put(ticket, TEXT);
            ann.chat()
                    .send(new JsonObject(
                            "{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"see\",\"attachments\":[{\"type\":\"file\",\"name\":\"a.txt\",\"url\":\""
                                    + ticket.getString("fileUrl") + "\"}]}"));
            JsonObject heard = ann.chat().next(frame -> frame.containsKey("attachments"), "message");
            assertThat(heard.getJsonArray("attachments").getJsonObject(0).getString("url"))
                    .isEqualTo(ticket.getString("fileUrl"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "../a.txt, 10, text/plain, /name, pattern",
        "a/b.txt, 10, text/plain, /name, pattern",
        "c:a.txt, 10, text/plain, /name, pattern",
        "a.txt, 100001, text/plain, /size, maximum",
        "a.html, 10, text/html, /mime, enum",
        "a.svg, 10, image/svg+xml, /mime, enum"
    })
    void file_that_may_not_be_gets_no_ticket(String name, long size, String mime, String path, String rule) {
        try (FilePeer ann = enter("lobby")) {
            JsonObject error = ann.ask("lobby", name, size, mime);
            assertThat(error.getString("reason")).isEqualTo("validation_failed");
            assertThat(error.getJsonArray("details").getJsonObject(0).getString("path"))
                    .isEqualTo(path);
            assertThat(error.getJsonArray("details").getJsonObject(0).getString("rule"))
                    .isEqualTo(rule);
        }
    }

    @Test
    void user_who_has_not_joined_gets_no_ticket_whether_the_room_exists_or_not() {
        try (FilePeer ann = enter("lobby")) {
            for (String room : List.of("room-1", "nowhere")) {
                assertThat(ann.ask(room, "a.txt", 10, "text/plain").getString("reason"))
                        .isEqualTo("not_member");
            }
        }
    }

    @Test
    void other_bytes_than_the_ticket_says_end_the_upload() {
        try (FilePeer ann = enter("lobby")) {
            String chunked = "Transfer-Encoding: chunked\r\n";
            JsonObject longer = ann.ticket("lobby", TEXT);
            assertThat(reason(put(longer, chunked, "20\r\n" + "x".repeat(32) + "\r\n0\r\n\r\n")))
                    .isEqualTo("413 message_too_large");
            assertThat(ann.put(longer, TEXT).statusCode()).isEqualTo(404);
            JsonObject shorter = ann.ticket("lobby", TEXT);
            assertThat(reason(put(shorter, chunked, "1\r\nx\r\n0\r\n\r\n"))).isEqualTo("400 incomplete");
            JsonObject other = ann.ask("lobby", "a.png", TEXT.length(), "image/png");
            assertThat(ann.put(other, TEXT).statusCode()).isEqualTo(415);
            assertThat(ann.get(other.getString("fileId")).statusCode()).isEqualTo(404);
            JsonObject whole = ann.ticket("lobby", TEXT);
            assertThat(put(whole, chunked, "d\r\n" + TEXT + "\r\n0\r\n\r\n").status())
                    .isEqualTo(201);
        }
    }

    @Test
    void encoded_body_and_foreign_page_are_refused_and_leave_the_ticket() {
        try (FilePeer ann = enter("lobby")) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            String length = "Content-Length: " + TEXT.length() + "\r\n";
            assertThat(reason(put(ticket, length + "Content-Encoding: gzip\r\n", TEXT)))
                    .isEqualTo("400 bad_request");
            assertThat(reason(put(ticket, length + "Origin: https://evil.example\r\n", TEXT)))
                    .isEqualTo("403 forbidden");
            Reply preflight = request("OPTIONS " + ticket.getString("uploadUrl") + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Origin: http://localhost:3000\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PUT");
            Reply page = put(ticket, length + "Origin: http://localhost:3000\r\n", TEXT);
            assertThat(page.status()).isEqualTo(201);
            assertThat(page.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
            assertThat(page.header("Connection")).isEqualTo("close");
        }
    }

    @Test
    void client_that_asks_first_is_invited_only_with_a_good_ticket() {
        try (FilePeer ann = enter("lobby")) {
            String expecting = "Expect: 100-continue\r\nContent-Length: " + TEXT.length() + "\r\n";
            JsonObject ticket = ann.ticket("lobby", TEXT);
            try (RawPeer peer = RawPeer.to(node.port())) {
                assertThat(peer.request(head(ticket, expecting)).status()).isEqualTo(100);
                assertThat(peer.request(TEXT).status()).isEqualTo(201);
            }
            assertThat(reason(put(ticket, expecting, ""))).isEqualTo("404 not_found");
        }
    }

    @Test
    void slow_upload_is_cut_off_and_leaves_nothing() throws Exception {
        try (FilePeer ann = enter("lobby");
                RawPeer peer = RawPeer.to(node.port())) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            Reply answer = peer.request(head(ticket, "Content-Length: " + TEXT.length() + "\r\n") + "w");
            assertThat(answer.status()).isEqualTo(408);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(kept(ticket)).isFalse();
            assertThat(counted("portcullis_uploads_total{result=\"too_slow\"}")).isPositive();
        }
    }

    @Test
    void client_that_goes_away_leaves_nothing() throws Exception {
        try (FilePeer ann = enter("lobby")) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            double before = counted("portcullis_uploads_total{result=\"disconnected\"}");
            try (RawPeer peer = RawPeer.to(node.port())) {
                peer.write((head(ticket, "Content-Length: " + TEXT.length() + "\r\n") + "what")
                        .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(Await.until(() -> exists("incoming/" + ticket.getString("fileId"))))
                        .isTrue();
            }
            assertThat(Await.until(() -> counted("portcullis_uploads_total{result=\"disconnected\"}") > before))
                    .isTrue();
            assertThat(exists("incoming/" + ticket.getString("fileId"))).isFalse();
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void user_has_a_few_transfers_at_a_time() {
        try (FilePeer ann = enter("lobby");
                FilePeer ben = enter("lobby");
                RawPeer one = RawPeer.to(node.port());
                RawPeer two = RawPeer.to(node.port())) {
            String file = ben.upload("lobby", TEXT);
            for (RawPeer peer : List.of(one, two)) {
                JsonObject ticket = ann.ticket("lobby", TEXT);
                peer.write((head(ticket, "Content-Length: " + TEXT.length() + "\r\n") + "w")
                        .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(Await.until(() -> exists("incoming/" + ticket.getString("fileId"))))
                        .isTrue();
            }
            JsonObject third = ann.ticket("lobby", TEXT);
            HttpResponse<String> refused = ann.put(third, TEXT);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(header(refused, "Retry-After")).isEqualTo("1");
            assertThat(ann.get(file).statusCode()).as("downloads count too").isEqualTo(503);
            assertThat(ann.get(UNKNOWN).statusCode())
                    .as("what is not there takes no place")
                    .isEqualTo(404);
            ben.upload("lobby", TEXT);
            assertThat(one.isCutOff() && two.isCutOff()).isTrue();
            assertThat(ann.put(third, TEXT).statusCode())
                    .as("the ticket is good")
                    .isEqualTo(201);
        }
    }

    private boolean exists(String path) {
        return Files.exists(folder.resolve(path));
    }

    private boolean kept(JsonObject ticket) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(each -> each.endsWith(ticket.getString("fileId")));
        }
    }

    private double counted(String series) {
        return Gauges.scrape(node)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }
}
