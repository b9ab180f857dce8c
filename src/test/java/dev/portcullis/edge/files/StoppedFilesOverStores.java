package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stores have to tell of the end of a right, while a file is on its way. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class StoppedFilesOverStores {
    static final int LARGE = 12_000_000;
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TestNode node;
    private String operator;
    private int test;

    /** What ends the right of ben to send to, and to fetch from, a room of ann's. */
    enum Ending {
        BAN,
        REVOKED_TOKEN,
        LOGOUT,
        REVOKED_USER,
        REMOVAL,
        LEAVE,
        END_OF_THE_ROOM,
        DELETION_OF_BEN,
        DELETION_OF_ANN,
        DELETION_OF_FILES
    }

    /** Further settings of the node. */
    abstract List<String> store();

    @BeforeAll
    void open(@TempDir Path folder) {
        node = TestNode.generous(Stream.concat(
                        store().stream(),
                        Stream.of(
                                "uploads.kind=disk",
                                "uploads.folder=" + folder,
                                "uploads.behindMs=600000",
                                "uploads.transferMs=3600000",
                                "admin.apiKey=" + Gauges.KEY))
                .toArray(String[]::new));
        operator = node.token("op", Role.ADMIN, Duration.ofHours(1));
    }

    @AfterAll
    void close() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void download_that_runs_is_cut_off_when_the_right_to_it_ends(Ending ending) throws Exception {
        cutOff(ending);
    }

    /** Returns the time from the answer to the call that ends the right to the end of the download. */
    Duration cutOff(Ending ending) throws Exception {
        Scene scene = new Scene();
        try (FilePeer ann = scene.enter(scene.ann);
                Socket socket = new Socket()) {
            String file = ann.upload(scene.room, "x".repeat(LARGE));
            socket.setReceiveBufferSize(16_384);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            double before = counted("portcullis_downloads_total{result=\"stopped\"}");
            socket.getOutputStream()
                    .write(("GET /api/files/" + file + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + scene.ben.token() + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                    .isEqualTo("HTTP/1.1 200");

            scene.end(ending);
            long ended = System.nanoTime();

            assertThat(Await.until(() -> counted("portcullis_downloads_total{result=\"stopped\"}") == before + 1))
                    .isTrue();
            Duration took = Duration.ofNanos(System.nanoTime() - ended);
            assertThat(rest(socket)).isLessThan(LARGE / 4);
            return took;
        }
    }

    /** A user with the id and the token of their account. */
    record Account(String id, String token) {
        private String claim(String name) {
            return new JsonObject(new String(
                            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8))
                    .getString(name);
        }
    }

    /** A private room of ann's in which ben is. */
    final class Scene {
        final String name =
                StoppedFilesOverStores.this.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ++test;
        final String ann = node.token("ann-" + name);
        final Account ben = register("ben" + test);
        final String room = "room-" + name;

        Scene() {
            JsonObject created = new JsonObject()
                    .put("name", "Tea")
                    .put("visibility", "private")
                    .put("roomId", room);
            assertThat(call("POST", node.http("/api/rooms"), ann, created.encode()))
                    .isEqualTo(201);
            assertThat(call("PUT", member(), ann, "{\"role\":\"member\"}")).isEqualTo(204);
        }

        FilePeer enter(String token) {
            FilePeer peer = new FilePeer(node, token);
            peer.chat().join(room);
            return peer;
        }

        void end(Ending ending) {
            switch (ending) {
                case BAN -> admin("POST", "/admin/bans", "{\"userId\":\"" + ben.id() + "\",\"seconds\":600}", 201);
                case REVOKED_TOKEN -> revoke("{\"jti\":\"" + ben.claim("jti") + "\",\"userId\":\"" + ben.id() + "\"}");
                case LOGOUT ->
                    assertThat(call("POST", node.http("/api/auth/logout"), ben.token(), "{}"))
                            .isEqualTo(204);
                case REVOKED_USER -> revoke("{\"userId\":\"" + ben.id() + "\"}");
                case REMOVAL -> assertThat(call("DELETE", member(), ann, "")).isEqualTo(204);
                case LEAVE ->
                    assertThat(call("DELETE", member(), ben.token(), "")).isEqualTo(204);
                case END_OF_THE_ROOM ->
                    assertThat(call("DELETE", node.http("/api/rooms/" + room), ann, ""))
                            .isEqualTo(204);
                case DELETION_OF_BEN -> admin("DELETE", "/admin/users/" + ben.id(), "", 204);
                case DELETION_OF_ANN -> admin("DELETE", "/admin/users/ann-" + name, "", 204);
                case DELETION_OF_FILES -> {
                    admin("DELETE", "/admin/users/ann-" + name + "/uploads", "", 204);
                    admin("DELETE", "/admin/users/" + ben.id() + "/uploads", "", 204);
                }
            }
        }

        URI member() {
            return node.http("/api/rooms/" + room + "/members/" + ben.id());
        }
    }

    private Account register(String name) {
        JsonObject asked = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.com")
                .put("password", "Correct-Horse-7x")
                .put("refreshTokenIn", "body");
        JsonObject login = new JsonObject(PatientCalls.send(
                        HTTP,
                        HttpRequest.newBuilder(node.http("/api/auth/register"))
                                .header("Content-Type", "application/json")
                                .header("Origin", "http://localhost:3000")
                                .POST(BodyPublishers.ofString(asked.encode()))
                                .build())
                .body());
        return new Account(login.getJsonObject("user").getString("id"), login.getString("accessToken"));
    }

    private void revoke(String body) {
        admin("POST", "/admin/revocations", body, 204);
    }

    private void admin(String method, String path, String body, int status) {
        assertThat(call(method, node.admin(path), operator, body)).isEqualTo(status);
    }

    private static int call(String method, URI uri, String token, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return PatientCalls.send(HTTP, request.build()).statusCode();
    }

    /** Bytes up to the end of the connection. */
    private static long rest(Socket socket) {
        byte[] some = new byte[65_536];
        long all = 0;
        try {
            socket.setSoTimeout(30_000);
            for (int read = socket.getInputStream().read(some);
                    read >= 0;
                    read = socket.getInputStream().read(some)) {
                all += read;
            }
            return all;
        } catch (IOException reset) {
            return all;
        }
    }

    double counted(String series) {
        return Gauges.scrape(node)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }
}
