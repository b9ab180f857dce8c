package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.ticket.FileId;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node is killed after messages were deleted: the files of all of them end after its start, and no others do (CWE-404). */
@Tag("faults")
class KilledFilesIT {
    private static final String ROOM = "lobby";
    private static final String TEXT = "what was said";
    private static final int FILES = 30;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private record Said(String file, String message) {}

    @Test
    void embedded_store_ends_the_files_of_deleted_messages() throws Exception {
        survive();
    }

    @Test
    void redis_ends_the_files_of_deleted_messages() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            survive("store.kind=redis", "store.path=null", "store.redis.uri=" + redis.uri());
        }
    }

    private void survive(String... store) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        List<String> sets = new ArrayList<>(List.of(store));
        sets.addAll(List.of(
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "uploads.publicUrl=https://chat.example.com",
                "uploads.sweepMs=1000",
                "uploads.userPending=100"));
        List<String> deleted = new ArrayList<>();
        List<String> left = new ArrayList<>();
        ForkedNode node = ForkedNode.generous(config, sets.toArray(String[]::new));
        try {
            try (ChatPeer ann = node.enter("ann")) {
                ann.join(ROOM);
                List<Said> all = new ArrayList<>();
                for (int i = 0; i < FILES; i++) {
                    all.add(say(node, ann, i));
                }
                int until = 1 + random.nextInt(FILES - 1);
                for (Said each : all) {
                    if (deleted.size() < until) {
                        delete(ann, each);
                        deleted.add(each.file());
                    } else {
                        left.add(each.file());
                    }
                }
                node.kill();
            }
            node.close();
            assertThat(left).allMatch(this::isOnDisk);
            node = ForkedNode.generous(config, sets.toArray(String[]::new));
            for (String file : deleted) {
                assertThat(Await.until(() -> !isOnDisk(file)))
                        .as("seed %d", seed)
                        .isTrue();
                assertThat(get(node, file)).isEqualTo(404);
            }
            for (String file : left) {
                assertThat(get(node, file)).as("seed %d", seed).isEqualTo(200);
            }
        } finally {
            node.close();
        }
    }

    private Said say(ForkedNode node, ChatPeer ann, int number) throws Exception {
        JsonObject ticket = ann.ask(new JsonObject()
                .put("type", "file_upload")
                .put("id", "u" + number)
                .put("roomId", ROOM)
                .put("name", "a.txt")
                .put("size", TEXT.length())
                .put("mime", "text/plain"));
        HttpRequest put = HttpRequest.newBuilder(
                        http(node, URI.create(ticket.getString("uploadUrl")).getRawPath()))
                .PUT(BodyPublishers.ofString(TEXT))
                .build();
        assertThat(HTTP.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
        JsonObject ack = ann.ask(new JsonObject()
                .put("type", "chat")
                .put("id", "c" + number)
                .put("roomId", ROOM)
                .put("content", "see")
                .put(
                        "attachments",
                        List.of(new JsonObject()
                                .put("type", "file")
                                .put("name", "a.txt")
                                .put("url", ticket.getString("fileUrl")))));
        return new Said(ticket.getString("fileId"), ack.getString("messageId"));
    }

    private static void delete(ChatPeer ann, Said said) {
        JsonObject ack = ann.ask(new JsonObject()
                .put("type", "delete_message")
                .put("id", "d" + said.file())
                .put("roomId", ROOM)
                .put("messageId", said.message()));
        assertThat(ack.getString("type")).isEqualTo("ack");
    }

    private static int get(ForkedNode node, String file) throws Exception {
        HttpRequest get = HttpRequest.newBuilder(http(node, "/api/files/" + file))
                .header("Authorization", "Bearer " + node.token("ann"))
                .build();
        return HTTP.send(get, BodyHandlers.ofString()).statusCode();
    }

    private static URI http(ForkedNode node, String path) {
        return URI.create("http://" + node.ws().getAuthority()).resolve(path);
    }

    private boolean isOnDisk(String file) {
        return Files.exists(DiskFolder.kept(folder.resolve("files"), new FileId(file)));
    }
}
