package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the raw files of the stores: once they are rewritten, nothing of a text that was erased, deleted or ended is in them. */
abstract class ErasedFilesContract {
    static final List<String> SETTINGS = List.of(
            "streams.room.entries=10",
            "streams.inbox.entries=10",
            "direct.undelivered=1000",
            "hooks.http.url=\"http://127.0.0.1:9/never\"",
            "hooks.http.secret=\"0123456789abcdef0123456789abcdef\"",
            "hooks.events=[\"message.edited\"]"); // that of a publication has its text until it is taken

    private static final String STAYS = "remembered-6f1c2b7e";
    private static final String ERASED = "forgotten-b81d40aa";
    private static final String DELETED = "withdrawn-95c3e21f";
    private static final String ENDED = "fleeting-3d7704ce";
    private static final String ROOM = "lobby";
    private static final int MESSAGES = 30;

    private TestNode node;

    /** Starts a node with these settings, with stores whose files do not exist yet. */
    abstract TestNode start(List<String> settings);

    /** Lets the stores write what they have to their files, as they do by themselves within the time that the page names. */
    abstract void rewrite() throws Exception;

    abstract List<Path> folders();

    @Test
    void rewritten_files_have_nothing_of_a_text_that_is_gone() throws Exception {
        node = start(SETTINGS);
        try (ChatPeer ben = enter("ben");
                ChatPeer eve = enter("eve")) {
            ben.join(ROOM);
            eve.join(ROOM);
            sendDirectly(ben, "eve", STAYS, 0); // eve is no stranger to ben
            for (int i = 0; i < MESSAGES; i++) {
                publish(ben, i, STAYS);
                String written = publish(eve, i, ERASED);
                ask(
                        eve,
                        "edit_message",
                        new JsonObject().put("messageId", written).put("content", "again " + i + ERASED));
                sendDirectly(eve, "ben", ERASED, i);
                take(ben);
                take(eve);
                ask(ben, "delete_message", new JsonObject().put("messageId", publish(ben, MESSAGES + i, DELETED)));
                JsonObject ends = new JsonObject().put("content", ENDED + i).put("expiresInMs", 1_000);
                ask(ben, "chat", ends);
            }
            assertThat(Await.until(() -> !shown(ben).contains(ENDED), Duration.ofSeconds(60)))
                    .as("the messages end: %s", shown(ben))
                    .isTrue();
        }
        HttpResponse<String> receipt = erase("eve");
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        close(node);
        rewrite();
        assertThat(filesWith(STAYS)).as("the control").isNotEmpty();
        assertThat(filesWith(ERASED)).isEmpty();
        assertThat(filesWith(DELETED)).isEmpty();
        assertThat(filesWith(ENDED)).isEmpty();
    }

    /** Ends the node; the stores go on, or are closed with it. */
    void close(TestNode running) {
        running.close();
    }

    private ChatPeer enter(String user) {
        return JdkPeer.admitted(node.ws(), node.token(user, ROOM));
    }

    private static String publish(ChatPeer peer, int number, String text) {
        return ask(peer, "chat", new JsonObject().put("content", text + " " + number))
                .getString("messageId");
    }

    private static void sendDirectly(ChatPeer peer, String recipient, String text, int number) {
        JsonObject sent = peer.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", recipient)
                .put("content", text + " directly " + number)
                .put("id", "direct" + number));
        assertThat(sent.getString("type")).as(sent.encode()).isEqualTo("ack");
    }

    /** Acknowledges a direct message, since an inbox is full of those that are not. */
    private static void take(ChatPeer peer) {
        peer.send(new JsonObject()
                .put("type", "ack")
                .put("inboxSeq", peer.next("chat_message").getLong("seq")));
    }

    private static JsonObject ask(ChatPeer peer, String type, JsonObject with) {
        JsonObject frame = new JsonObject()
                .put("type", type)
                .put("roomId", ROOM)
                .put("id", type + System.nanoTime())
                .mergeIn(with);
        JsonObject answer = peer.ask(frame);
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("ack");
        return answer;
    }

    /** All that a member can read of the room. */
    private static String shown(ChatPeer peer) {
        StringBuilder all = new StringBuilder();
        JsonObject page = page(peer, new JsonObject());
        while (page.getBoolean("more")) {
            all.append(page.encode());
            page = page(
                    peer,
                    new JsonObject()
                            .put(
                                    "before",
                                    page.getJsonArray("messages")
                                            .getJsonObject(0)
                                            .getLong("seq")));
        }
        return all.append(page.encode()).toString();
    }

    private static JsonObject page(ChatPeer peer, JsonObject from) {
        JsonObject page = peer.ask(new JsonObject()
                .put("type", "history")
                .put("roomId", ROOM)
                .put("limit", 100)
                .put("id", "h" + System.nanoTime())
                .mergeIn(from));
        assertThat(page.getString("type")).as(page.encode()).isEqualTo("history");
        return page;
    }

    private HttpResponse<String> erase(String user) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(node.admin("/admin/users/" + user + "?messages=erase"))
                                .header(
                                        "Authorization",
                                        "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private List<Path> filesWith(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        Predicate<Path> has = file -> {
            try {
                return contains(Files.readAllBytes(file), wanted);
            } catch (IOException gone) {
                return false;
            }
        };
        Stream<Path> files = Stream.empty();
        for (Path folder : folders()) {
            try (Stream<Path> all = Files.walk(folder)) {
                files = Stream.concat(files, all.filter(Files::isRegularFile).toList().stream());
            }
        }
        return files.filter(has).toList();
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
