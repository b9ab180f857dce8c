package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that users send to each other, with the rows in either store. */
abstract class DirectFilesContract {
    private static final String TEXT = "between us";

    @TempDir
    Path folder;

    /** Further settings of the node. */
    abstract List<String> store();

    @Test
    void sender_and_recipient_fetch_a_file_and_no_other_user_does() {
        try (TestNode node = node();
                FilePeer ann = new FilePeer(node, node.token("ann"));
                FilePeer ben = new FilePeer(node, node.token("ben"));
                FilePeer eve = new FilePeer(node, node.token("eve", Role.ADMIN, Duration.ofMinutes(10)))) {
            JsonObject ticket = ann.ask(to("ben"), "a.txt", TEXT.length(), "text/plain");
            assertThat(ticket.getString("type")).isEqualTo("upload_ticket");
            String file = ticket.getString("fileId");
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(201);

            assertThat(ann.get(file).body()).isEqualTo(TEXT);
            assertThat(ben.get(file).body()).isEqualTo(TEXT);
            HttpResponse<String> refused = eve.get(file);
            assertThat(refused.statusCode()).as("not an admin either").isEqualTo(404);
            assertThat(withoutId(refused)).isEqualTo(withoutId(eve.get("0".repeat(32))));

            JsonObject message = ann.chat()
                    .ask(to("ben")
                            .put("type", "chat_message")
                            .put("id", "m")
                            .put("content", "see")
                            .put(
                                    "attachments",
                                    List.of(new JsonObject()
                                            .put("type", "file")
                                            .put("name", "a.txt")
                                            .put("url", ticket.getString("fileUrl")))));
            assertThat(message.getString("type")).isEqualTo("ack");
            JsonObject heard = ben.chat().next(frame -> frame.containsKey("attachments"), "message");
            assertThat(heard.getJsonArray("attachments").getJsonObject(0).getString("url"))
                    .endsWith(file);
        }
    }

    @Test
    void who_is_blocked_is_not_told() {
        try (TestNode node = node();
                FilePeer ann = new FilePeer(node, node.token("ann"));
                FilePeer ben = new FilePeer(node, node.token("ben"))) {
            assertThat(ben.block("ann")).isEqualTo(204);

            JsonObject ticket = ann.ask(to("ben"), "a.txt", TEXT.length(), "text/plain");

            assertThat(ticket.getString("type")).isEqualTo("upload_ticket");
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void user_without_the_right_gets_no_ticket_whether_the_other_exists_or_not() {
        try (TestNode node = node("direct.allow=shared_room");
                FilePeer ann = new FilePeer(node, node.token("ann", "team"));
                FilePeer ben = new FilePeer(node, node.token("ben", "team"))) {
            for (String other : List.of("ben", "no-one-of-this-name", "system", "deleted")) {
                JsonObject refused = ann.ask(to(other), "a.txt", 1, "text/plain");
                assertThat(refused.getString("reason")).isEqualTo("forbidden");
                assertThat(refused.containsKey("roomId")).isFalse();
            }
            assertThat(ben.ask(to("ben"), "a.txt", 1, "text/plain").getString("type"))
                    .as("to oneself")
                    .isEqualTo("upload_ticket");
        }
    }

    @Test
    void role_that_may_not_upload_or_read_does_neither_between_users() {
        try (TestNode node = node("permissions.member=[\"chat_message\", \"history\"]");
                FilePeer ann = new FilePeer(node, node.token("ann"))) {
            assertThat(ann.ask(to("ben"), "a.txt", 1, "text/plain").getString("reason"))
                    .isEqualTo("forbidden");
        }
        try (TestNode node = node("permissions.member=[\"file_upload\"]");
                FilePeer ann = new FilePeer(node, node.token("ann"))) {
            JsonObject ticket = ann.ask(to("ben"), "a.txt", TEXT.length(), "text/plain");
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(201);
            assertThat(ann.get(ticket.getString("fileId")).statusCode()).isEqualTo(404);
        }
    }

    private TestNode node(String... more) {
        List<String> sets = new ArrayList<>(store());
        sets.addAll(List.of("uploads.kind=disk", "uploads.folder=" + folder));
        sets.addAll(List.of(more));
        return TestNode.generous(sets.toArray(String[]::new));
    }

    private static JsonObject to(String user) {
        return new JsonObject().put("recipientId", user);
    }

    private static String withoutId(HttpResponse<String> answer) {
        JsonObject body = new JsonObject(answer.body());
        body.getJsonObject("error").remove("requestId");
        return answer.statusCode() + body.encode();
    }
}
