package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a store has to keep of files and tickets. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FilesOverStores {
    static final String TEXT = "what was said";
    static final String UNKNOWN = "0".repeat(32);

    Path folder;
    TestNode node;
    private int users;

    /** Further settings of the node. */
    abstract List<String> store();

    @BeforeAll
    void open(@TempDir Path temporary) {
        folder = temporary;
        List<String> sets = new ArrayList<>(store());
        sets.addAll(List.of(
                "uploads.kind=disk",
                "uploads.folder=" + folder,
                "uploads.maxBytes=100000",
                "uploads.userBytes=200000",
                "uploads.transferMs=10000",
                "uploads.minBytesPerSecond=1073741824",
                "uploads.concurrentPerUser=2",
                "http.handshakeMs=8000",
                "admin.apiKey=" + Gauges.KEY));
        node = TestNode.generous(sets.toArray(String[]::new));
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void member_uploads_a_file_and_another_member_downloads_it() {
        try (FilePeer ann = enter("lobby");
                FilePeer ben = enter("lobby")) {
            JsonObject ticket = ann.ask("lobby", "caf\u00e9 \"1\".txt", TEXT.length(), "text/plain");
            assertThat(ticket.getString("type")).isEqualTo("upload_ticket");
            assertThat(ticket.getLong("maxBytes")).isEqualTo(TEXT.length());
            assertThat(ticket.getLong("expiresAt")).isGreaterThan(System.currentTimeMillis());
            assertThat(ticket.getString("uploadUrl")).matches("/api/uploads/[0-9a-f]{32}[A-Za-z0-9_-]{43}");
            String file = ticket.getString("fileId");
            assertThat(ben.get(file).statusCode()).as("before it is there").isEqualTo(404);

            HttpResponse<String> put = ann.put(ticket, TEXT);

            assertThat(put.statusCode()).isEqualTo(201);
            assertThat(new JsonObject(put.body()).getString("fileId")).isEqualTo(file);
            assertThat(new JsonObject(put.body()).getString("fileUrl"))
                    .isEqualTo(ticket.getString("fileUrl"))
                    .isEqualTo("https://portcullis.invalid/api/files/" + file);
            HttpResponse<String> got = ben.get(file);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(TEXT);
            assertThat(header(got, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(header(got, "Content-Disposition")).startsWith("attachment; filename=\"");
            assertThat(header(got, "Content-Disposition")).endsWith("''caf%C3%A9%20%221%22.txt");
            assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(got, "Content-Security-Policy")).startsWith("sandbox;");
            assertThat(header(got, "Cache-Control")).contains("no-store");
            assertThat(ann.get(file).statusCode()).as("the sender's own").isEqualTo(200);
        }
    }

    @Test
    void one_of_many_who_use_a_ticket_at_once_gets_it() {
        try (FilePeer ann = enter("lobby")) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            List<CompletableFuture<HttpResponse<String>>> answers =
                    Stream.generate(() -> ann.putLater(ticket, TEXT)).limit(8).toList();
            List<Integer> statuses = answers.stream()
                    .map(each -> each.join().statusCode())
                    .sorted()
                    .toList();
            assertThat(statuses.stream().filter(each -> each == 201)).hasSize(1);
            assertThat(statuses).isSubsetOf(201, 404, 503);
        }
    }

    @Test
    void quota_of_a_user_holds_from_the_ticket_on() {
        try (FilePeer ann = enter("lobby")) {
            assertThat(ann.ask("lobby", "a.txt", 100_000, "text/plain").getString("type"))
                    .isEqualTo("upload_ticket");
            assertThat(ann.ask("lobby", "b.txt", 100_000, "text/plain").getString("type"))
                    .isEqualTo("upload_ticket");
            assertThat(ann.ask("lobby", "c.txt", 1, "text/plain").getString("reason"))
                    .isEqualTo("conflict");
        }
    }

    @Test
    void announced_size_other_than_the_tickets_is_refused_and_leaves_the_ticket() {
        try (FilePeer ann = enter("lobby")) {
            JsonObject ticket = ann.ticket("lobby", TEXT);
            assertThat(reason(put(ticket, "Content-Length: 99999\r\n", ""))).isEqualTo("413 message_too_large");
            assertThat(reason(put(ticket, "Content-Length: 0\r\n", ""))).isEqualTo("400 incomplete");
            assertThat(reason(put(ticket, "", ""))).isEqualTo("400 incomplete");
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void stranger_can_not_tell_a_file_from_none() {
        try (FilePeer ann = enter("team");
                FilePeer eve = enter("lobby")) {
            String file = ann.upload("team", TEXT);
            HttpResponse<String> existing = eve.get(file);
            HttpResponse<String> unknown = eve.get(UNKNOWN);
            assertThat(existing.statusCode()).isEqualTo(404);
            assertThat(withoutId(existing)).isEqualTo(withoutId(unknown));
            assertThat(existing.headers().map().keySet())
                    .isEqualTo(unknown.headers().map().keySet());
            assertThat(FilePeer.send(HttpRequest.newBuilder(node.http("/api/files/" + file))
                                    .build())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(ann.get(file).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void removed_member_fetches_no_file_of_the_room_not_even_their_own() {
        try (FilePeer ben = enter("team");
                FilePeer mod = new FilePeer(
                        node, node.token("mod" + ++users, Role.MODERATOR, Duration.ofMinutes(10), "team"))) {
            String user = "user" + (users - 1);
            String file = ben.upload("team", TEXT);
            JsonObject later = ben.ticket("team", TEXT);
            mod.chat().join("team");
            JsonObject removed = mod.chat()
                    .ask(new JsonObject()
                            .put("type", "remove_user")
                            .put("id", "r")
                            .put("roomId", "team")
                            .put("userId", user));
            assertThat(removed.getString("type")).isEqualTo("ack");

            assertThat(ben.get(file).statusCode()).isEqualTo(404);
            assertThat(ben.ask("team", "a.txt", 1, "text/plain").getString("reason"))
                    .isEqualTo("not_member");
            assertThat(ben.put(later, TEXT).statusCode())
                    .as("with a ticket of before")
                    .isEqualTo(404);
            assertThat(mod.get(file).statusCode()).isEqualTo(200);
        }
    }

    FilePeer enter(String room) {
        FilePeer peer = new FilePeer(node, node.token("user" + ++users, room));
        peer.chat().join(room);
        return peer;
    }

    Reply put(JsonObject ticket, String headers, String body) {
        return request(head(ticket, headers) + body);
    }

    static String head(JsonObject ticket, String headers) {
        return "PUT " + ticket.getString("uploadUrl") + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    Reply request(String text) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(text);
        }
    }

    static String reason(Reply reply) {
        return reply.status() + " "
                + new JsonObject(reply.body()).getJsonObject("error").getString("reason");
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String withoutId(HttpResponse<String> answer) {
        JsonObject body = new JsonObject(answer.body());
        body.getJsonObject("error").remove("requestId");
        return answer.statusCode() + body.encode();
    }
}
