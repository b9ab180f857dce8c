package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed in the middle of an upload. */
class KilledUploadIT {
    private static final String[] UPLOADS = {
        "uploads.kind=disk",
        "uploads.publicUrl=https://chat.example",
        "uploads.userPending=2",
        "uploads.userBytes=1048576",
        "uploads.maxBytes=1048576",
        "uploads.nodeBytes=1048576",
        "uploads.newUserMs=0",
        "uploads.reservePercent=0",
        "uploads.userPercent=100000",
        "uploads.transferMs=10000",
        "uploads.minBytesPerSecond=1073741824",
        "uploads.sweepMs=1000",
        "ratelimit.actions={\"file_upload\": 1000000}"
    };

    @TempDir
    Path folder;

    @Test
    void upload_of_a_killed_node_leaves_nothing_and_what_was_received_stays() throws Exception {
        Path config = ForkedNode.configIn(folder);
        Path files = folder.resolve("files");
        String[] sets = Stream.concat(Stream.of(UPLOADS), Stream.of("uploads.folder=" + files))
                .toArray(String[]::new);
        String kept;
        String old;
        try (ForkedNode node = ForkedNode.generous(config, sets);
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            JsonObject first = ticket(ann, "a", 5);
            kept = first.getString("fileId");
            assertThat(put(node, path(first), 5, "hello")).isEqualTo(201);
            JsonObject second = ticket(ann, "b", 1_000_000);
            old = path(second);
            try (RawPeer peer = RawPeer.to(node.port())) {
                peer.write(head(old, 1_000_000).getBytes(StandardCharsets.ISO_8859_1));
                peer.write(new byte[] {'h', 'a', 'l', 'f'});
                assertThat(Await.until(() -> has(files.resolve("incoming"), second.getString("fileId"))))
                        .isTrue();
                node.kill();
            }
        }
        try (ForkedNode node = ForkedNode.generous(config, sets);
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            assertThat(files.resolve("incoming")).isEmptyDirectory();
            assertThat(has(files.resolve("kept"), kept)).isTrue();
            assertThat(put(node, old, 1_000_000, "")).isEqualTo(404);
            assertThat(Await.until(
                            () -> "upload_ticket"
                                    .equals(ask(ann, "c" + System.nanoTime(), 1_000_000)
                                            .getString("type")),
                            Duration.ofSeconds(90)))
                    .as("its bytes count no more once its time is over")
                    .isTrue();
        }
    }

    private static JsonObject ticket(JdkPeer peer, String id, long size) {
        JsonObject answer = peer.ask(upload(id, size));
        assertThat(answer.getString("type")).isEqualTo("upload_ticket");
        return answer;
    }

    private static JsonObject ask(JdkPeer peer, String id, long size) {
        peer.send(upload(id, size));
        return peer.next(frame -> id.equals(frame.getString("id")), "answer");
    }

    private static JsonObject upload(String id, long size) {
        return new JsonObject()
                .put("type", "file_upload")
                .put("id", id)
                .put("roomId", "lobby")
                .put("name", "a.bin")
                .put("size", size)
                .put("mime", "text/plain");
    }

    private static String path(JsonObject ticket) {
        return ticket.getString("uploadUrl").substring("https://chat.example".length());
    }

    private static int put(ForkedNode node, String path, int size, String body) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(head(path, size) + body).status();
        }
    }

    private static String head(String path, int size) {
        return "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + size + "\r\n\r\n";
    }

    private static boolean has(Path in, String name) {
        try (Stream<Path> files = Files.walk(in)) {
            return files.anyMatch(each -> each.endsWith(name));
        } catch (IOException | UncheckedIOException vanished) {
            return false; // a file that was moved meanwhile
        }
    }
}
