package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.TestNode;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.ticket.FileId;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Files end with the messages that name them, over real sockets and on the disk. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class EndingFilesContract {
    private static final String TEXT = "what was said";
    private static final Duration PATIENCE = Duration.ofSeconds(60); // archives are swept every ten seconds

    Path folder;
    TestNode node;

    /** Further settings of the node, which has an archive. */
    abstract List<String> stores();

    @BeforeAll
    void open(@TempDir Path temporary) {
        folder = temporary;
        List<String> sets = new ArrayList<>(stores());
        sets.addAll(List.of(
                "store.path=" + folder.resolve("store"),
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "uploads.sweepMs=1000",
                "retention={\"rooms\": [{\"match\": \"brief\", \"entries\": 2}]}",
                "admin.apiKey=" + Gauges.KEY));
        node = TestNode.generous(sets.toArray(String[]::new));
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void file_of_a_deleted_message_is_fetched_no_more_and_leaves_the_disk() {
        try (FilePeer ann = enter("ann", "lobby");
                FilePeer ben = enter("ben", "lobby")) {
            String file = ann.upload("lobby", TEXT);
            String other = ann.upload("lobby", TEXT);
            say(ann, room("lobby"), other);
            String id = say(ann, room("lobby"), file);
            assertThat(ben.get(file).statusCode()).isEqualTo(200);
            delete(ann, room("lobby"), id);
            assertGone(ben, file);
            assertThat(ben.get(other).body()).isEqualTo(TEXT);
            assertThat(isOnDisk(other)).isTrue();
        }
    }

    @Test
    void file_of_a_message_that_ends_by_itself_ends_with_it() {
        try (FilePeer ann = enter("ann", "lobby")) {
            String file = ann.upload("lobby", TEXT);
            say(ann, room("lobby").put("expiresInMs", 1_000), file);
            assertThat(ann.get(file).statusCode()).isEqualTo(200);
            assertGone(ann, file);
        }
    }

    @Test
    void file_of_a_deleted_direct_message_ends_for_both() {
        try (FilePeer ann = enter("ann", "lobby");
                FilePeer ben = enter("ben", "lobby")) {
            JsonObject to = new JsonObject().put("recipientId", "ben");
            JsonObject ticket = ann.ask(to.copy(), "a.txt", TEXT.length(), "text/plain");
            assertThat(ann.put(ticket, TEXT).statusCode()).isEqualTo(201);
            String file = ticket.getString("fileId");
            String id = say(ann, to.copy(), file);
            assertThat(ben.get(file).body()).isEqualTo(TEXT);
            delete(ann, to.copy(), id);
            assertGone(ben, file);
            assertThat(ann.get(file).statusCode()).isEqualTo(404);
        }
    }

    /** To name a file is no right to end it. */
    @Test
    void file_of_another_user_or_room_stays() {
        try (FilePeer ann = enter("ann", "lobby");
                FilePeer eve = enter("eve", "lobby")) {
            ann.chat().join("team");
            String ofLobby = ann.upload("lobby", TEXT);
            String ofTeam = ann.upload("team", TEXT);
            delete(eve, room("lobby"), say(eve, room("lobby"), ofLobby));
            delete(ann, room("lobby"), say(ann, room("lobby"), ofTeam));
            String last = ann.upload("lobby", TEXT);
            delete(ann, room("lobby"), say(ann, room("lobby"), last));
            assertGone(ann, last);
            assertThat(eve.get(ofLobby).body()).isEqualTo(TEXT);
            assertThat(ann.get(ofTeam).body()).isEqualTo(TEXT);
        }
    }

    @Test
    void held_file_stays_until_the_hold_is_lifted() {
        try (FilePeer ann = enter("ann", "held");
                FilePeer ben = enter("ben", "lobby")) {
            assertThat(hold("PUT")).isLessThan(300);
            String file = ann.upload("held", TEXT);
            String other = ben.upload("lobby", TEXT);
            delete(ann, room("held"), say(ann, room("held"), file));
            delete(ben, room("lobby"), say(ben, room("lobby"), other));
            assertGone(ben, other);
            assertThat(Await.until(() -> ann.get(file).statusCode() == 404))
                    .as("members see nothing of the hold")
                    .isTrue();
            assertThat(isOnDisk(file)).isTrue();
            assertThat(hold("DELETE")).isLessThan(300);
            assertGone(ann, file);
        }
    }

    /** The archive removes the message, and hands the file over. */
    @Test
    void file_of_a_message_beyond_the_retention_ends() {
        try (FilePeer ann = enter("ann", "brief")) {
            String first = ann.upload("brief", TEXT);
            String last = ann.upload("brief", TEXT);
            say(ann, room("brief"), first);
            ann.chat().say("brief", "one", "b1");
            ann.chat().say("brief", "two", "b2");
            say(ann, room("brief"), last);
            assertGone(ann, first);
            assertThat(ann.get(last).body()).isEqualTo(TEXT);
        }
    }

    FilePeer enter(String user, String room) {
        FilePeer peer = new FilePeer(node, node.token(user, "lobby", "team", "held", "brief"));
        peer.chat().join(room);
        return peer;
    }

    static JsonObject room(String room) {
        return new JsonObject().put("roomId", room);
    }

    /** Says something with a file; returns the id of the message. */
    static String say(FilePeer peer, JsonObject to, String file) {
        JsonObject ack = peer.chat()
                .ask(to.put("type", to.containsKey("roomId") ? "chat" : "chat_message")
                        .put("id", UUID.randomUUID().toString())
                        .put("content", "see")
                        .put(
                                "attachments",
                                List.of(new JsonObject()
                                        .put("type", "file")
                                        .put("name", "a.txt")
                                        .put("url", "https://portcullis.invalid/api/files/" + file))));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        return ack.getString("messageId");
    }

    private static void delete(FilePeer peer, JsonObject to, String id) {
        JsonObject ack = peer.chat()
                .ask(to.put("type", "delete_message")
                        .put("id", UUID.randomUUID().toString())
                        .put("messageId", id));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
    }

    void assertGone(FilePeer peer, String file) {
        assertThat(Await.until(() -> peer.get(file).statusCode() == 404, PATIENCE))
                .as("it is fetched no more")
                .isTrue();
        assertThat(Await.until(() -> !isOnDisk(file))).as("its bytes are gone").isTrue();
    }

    private boolean isOnDisk(String file) {
        return Files.exists(DiskFolder.kept(folder.resolve("files"), new FileId(file)));
    }

    private int hold(String method) {
        return FilePeer.send(HttpRequest.newBuilder(node.admin("/admin/holds/room/held"))
                        .header("Authorization", "Bearer " + Gauges.KEY)
                        .method(method, BodyPublishers.noBody())
                        .build())
                .statusCode();
    }
}
