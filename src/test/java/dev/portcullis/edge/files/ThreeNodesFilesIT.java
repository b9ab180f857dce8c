package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import dev.portcullis.uploads.s3.S3Config;
import dev.portcullis.uploads.s3.S3Double;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three nodes with one Redis, whose files are in one store of S3's kind. */
@ExtendWith(VertxExtension.class)
class ThreeNodesFilesIT {
    private static final String TEXT = "what was said";

    private final List<TestNode> nodes = new ArrayList<>();
    private RedisProcess redis;
    private S3Double files;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        redis = RedisProcess.start();
        files = new S3Double(vertx);
        S3Config s3 = files.config();
        List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
        String members =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(",", "[", "]"));
        for (int port : ports) {
            nodes.add(TestNode.steady(
                    "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                    "store.kind=redis",
                    "store.redis.uri=" + redis.uri(),
                    "cluster.enabled=true",
                    "cluster.port=" + port,
                    "cluster.bus.port=0",
                    "cluster.members=" + members,
                    "uploads.kind=s3",
                    "uploads.sweepMs=1000",
                    "uploads.publicUrl=https://chat.example",
                    "uploads.s3.endpoint=" + s3.endpoint(),
                    "uploads.s3.region=" + s3.region(),
                    "uploads.s3.bucket=" + s3.bucket(),
                    "uploads.s3.pathStyle=" + s3.pathStyle(),
                    "uploads.s3.accessKey=" + s3.accessKey(),
                    "uploads.s3.secretKey=" + s3.secretKey().reveal()));
        }
    }

    @AfterEach
    void close() {
        TestNode.close(nodes);
        redis.close();
    }

    @Test
    void file_of_one_node_is_looked_at_once_and_fetched_on_all_until_its_reader_is_removed() {
        try (FilePeer ann = on(0, "ann", Role.MEMBER);
                FilePeer mod = on(1, "mod", Role.MODERATOR);
                FilePeer ben = on(1, "ben", Role.MEMBER);
                FilePeer benElsewhere = on(2, "ben", Role.MEMBER);
                FilePeer eve = new FilePeer(nodes.get(2), nodes.get(2).token("eve"))) {
            ann.chat().join("team");
            mod.chat().join("team");
            JsonObject ticket = ann.ticket("team", TEXT);
            put(ann, ticket, TEXT);
            String file = ticket.getString("fileId");

            List<CompletableFuture<HttpResponse<String>>> first = Stream.of(ann, ben, benElsewhere, mod)
                    .map(each -> CompletableFuture.supplyAsync(() -> each.get(file)))
                    .toList();
            assertThat(first).allSatisfy(each -> assertThat(body(each.join())).isEqualTo(TEXT));
            assertThat(eve.get(file).statusCode()).isEqualTo(404);

            JsonObject removed = mod.chat()
                    .ask(new JsonObject()
                            .put("type", "remove_user")
                            .put("id", "r")
                            .put("roomId", "team")
                            .put("userId", "ben"));
            assertThat(removed.getString("type")).isEqualTo("ack");
            assertThat(ben.get(file).statusCode()).isEqualTo(404);
            assertThat(benElsewhere.get(file).statusCode()).isEqualTo(404);
            assertThat(ann.get(file).statusCode()).isEqualTo(302);
        }
    }

    @Test
    void file_for_a_user_is_fetched_by_them_on_another_node() {
        try (FilePeer ann = on(0, "ann", Role.MEMBER);
                FilePeer ben = on(1, "ben", Role.MEMBER);
                FilePeer mod = on(2, "mod", Role.MODERATOR)) {
            JsonObject ticket =
                    ann.ask(new JsonObject().put("recipientId", "ben"), "a.txt", TEXT.length(), "text/plain");
            put(ann, ticket, TEXT);

            assertThat(mod.get(ticket.getString("fileId")).statusCode()).isEqualTo(404);
            assertThat(files.objects).as("not looked at for a stranger").hasSize(1);
            assertThat(body(ben.get(ticket.getString("fileId")))).isEqualTo(TEXT);
        }
    }

    @Test
    void file_of_another_type_is_gone_on_all_nodes() {
        try (FilePeer ann = on(0, "ann", Role.MEMBER);
                FilePeer ben = on(1, "ben", Role.MEMBER)) {
            ann.chat().join("team");
            JsonObject ticket = ann.ask("team", "a.png", TEXT.length(), "image/png");
            HttpResponse<String> put = FilePeer.send(ann.putting(ticket, TEXT)
                    .header("Content-Type", "image/png")
                    .build());
            assertThat(put.statusCode()).isEqualTo(200);

            assertThat(ben.get(ticket.getString("fileId")).statusCode()).isEqualTo(404);
            assertThat(ann.get(ticket.getString("fileId")).statusCode()).isEqualTo(404);
            assertThat(Await.until(files.objects::isEmpty)).isTrue();
        }
    }

    @Test
    void operators_of_any_node_see_who_holds_what_and_delete_it_on_all() {
        try (FilePeer ann = on(0, "ann", Role.MEMBER);
                FilePeer ben = on(1, "ben", Role.MEMBER)) {
            ann.chat().join("team");
            ben.chat().join("team");
            List<String> sent = new ArrayList<>();
            for (FilePeer each : List.of(ann, ann, ben)) {
                JsonObject ticket = each.ticket("team", TEXT);
                put(each, ticket, TEXT);
                sent.add(ticket.getString("fileId"));
                assertThat(body(ben.get(ticket.getString("fileId")))).isEqualTo(TEXT);
            }

            JsonObject holders =
                    new JsonObject(operator(2, "GET", "/admin/uploads").body());

            assertThat(holders.getLong("bytes")).isEqualTo(3L * TEXT.length());
            assertThat(holders.getJsonArray("holders"))
                    .extracting(each -> ((JsonObject) each).getString("userId"))
                    .containsExactly("ann", "ben");
            assertThat(operator(1, "DELETE", "/admin/uploads/" + sent.get(0)).statusCode())
                    .isEqualTo(204);
            assertThat(ann.get(sent.get(0)).statusCode()).isEqualTo(404);
            assertThat(ann.get(sent.get(1)).statusCode()).isEqualTo(302);
            assertThat(operator(2, "DELETE", "/admin/users/ann/uploads").statusCode())
                    .isEqualTo(204);
            assertThat(ben.get(sent.get(1)).statusCode()).isEqualTo(404);
            assertThat(ben.get(sent.get(2)).statusCode()).isEqualTo(302);
            assertThat(Await.until(() -> files.objects.keySet().stream()
                            .noneMatch(key -> key.contains(sent.get(0)) || key.contains(sent.get(1)))))
                    .isTrue();
            assertThat(Await.until(() ->
                            operator(0, "GET", "/admin/uploads").body().contains("\"bytes\":" + TEXT.length() + ",")))
                    .isTrue();
        }
    }

    private HttpResponse<String> operator(int node, String method, String path) {
        TestNode asked = nodes.get(node);
        return FilePeer.send(HttpRequest.newBuilder(asked.admin(path))
                .header("Authorization", "Bearer " + asked.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private FilePeer on(int node, String user, Role role) {
        return new FilePeer(nodes.get(node), nodes.get(node).token(user, role, Duration.ofMinutes(10), "team"));
    }

    private static void put(FilePeer peer, JsonObject ticket, String text) {
        HttpResponse<String> put = FilePeer.send(
                peer.putting(ticket, text).header("Content-Type", "text/plain").build());
        assertThat(put.statusCode()).isEqualTo(200);
    }

    private static String body(HttpResponse<String> led) {
        assertThat(led.statusCode()).isEqualTo(302);
        URI there = URI.create(led.headers().firstValue("Location").orElseThrow());
        return FilePeer.send(HttpRequest.newBuilder(there).build()).body();
    }
}
