package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A server for all tests of a class, and the calls about rooms of its users. Each test has users of its own. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RoomCalls {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private TestServer site;
    private int test;

    abstract TestServer open();

    abstract String token(TestServer site, String user, Role role);

    @BeforeAll
    void start() {
        site = open();
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
    }

    TestServer site() {
        return site;
    }

    /** A user, or an id, of this test. */
    String of(String name) {
        return name + test;
    }

    String create(String user, String visibility) {
        JsonObject asked = new JsonObject().put("name", "Tea").put("visibility", visibility);
        return call("POST", user, "", asked).body(201).getJsonObject("room").getString("roomId");
    }

    /** Is one room however often it is repeated, which happens on a busy machine. */
    String createNamed(String user, String visibility, String id) {
        JsonObject asked = new JsonObject()
                .put("name", "Tea")
                .put("visibility", visibility)
                .put("roomId", id);
        return call("POST", user, "", asked).body(201).getJsonObject("room").getString("roomId");
    }

    void put(String user, String room, String target, String role, int status) {
        assertThat(call("PUT", user, member(room, target), role(role)).status()).isEqualTo(status);
    }

    /** The user is asked to own the room, and accepts. */
    void makeOwner(String user, String room, String target) {
        put(user, room, target, "owner", 202);
        accept(target, room);
    }

    void accept(String user, String room) {
        assertThat(call("POST", user, "/" + room + "/invitation").status()).isEqualTo(204);
    }

    void block(String owner, String user) {
        Answer answer = sendTo(
                "/api/blocks/" + of(user),
                Role.MEMBER,
                owner,
                request -> request.PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.status()).isEqualTo(204);
    }

    List<String> listed(String user) {
        List<String> rooms = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonObject page = call("GET", user, "?limit=2" + cursor).body(200);
            page.getJsonArray("rooms").forEach(room -> rooms.add(((JsonObject) room).getString("roomId")));
            if (!page.containsKey("next")) {
                return rooms;
            }
            cursor = "&cursor=" + page.getString("next");
        }
    }

    ChatPeer enter(String user) {
        return site.enter(of(user));
    }

    ChatPeer enter(String user, Role role) {
        JdkPeer peer = JdkPeer.admitted(site.ws(), token(site, of(user), role));
        peer.next("auth_success");
        return peer;
    }

    static String refusalOfJoin(ChatPeer peer, String room) {
        return peer.ask(new JsonObject().put("type", "join").put("roomId", room).put("id", "j"))
                .getString("reason");
    }

    String member(String room, String user) {
        return "/" + room + "/members/" + of(user);
    }

    String mute(String room, String user) {
        return "/" + room + "/mutes/" + of(user);
    }

    static JsonObject role(String role) {
        return new JsonObject().put("role", role);
    }

    static JsonObject seconds(int seconds) {
        return new JsonObject().put("seconds", seconds);
    }

    Answer call(String method, String user, String path) {
        return callAs(Role.MEMBER, method, user, path);
    }

    Answer call(String method, String user, String path, JsonObject body) {
        return callAs(Role.MEMBER, method, user, path, body);
    }

    Answer callAs(Role role, String method, String user, String path) {
        return send(role, user, path, request -> request.method(method, HttpRequest.BodyPublishers.noBody()));
    }

    Answer callAs(Role role, String method, String user, String path, JsonObject body) {
        return send(
                role,
                user,
                path,
                request -> request.header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private Answer send(Role role, String user, String path, UnaryOperator<HttpRequest.Builder> with) {
        return sendTo("/api/rooms" + path, role, user, with);
    }

    private Answer sendTo(String path, Role role, String user, UnaryOperator<HttpRequest.Builder> with) {
        URI uri = URI.create("http://" + site.ws().getAuthority() + path);
        HttpRequest request = with.apply(
                        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token(site, of(user), role)))
                .build();
        HttpResponse<String> answer = PatientCalls.send(HTTP, request);
        return new Answer(
                answer.statusCode(), answer.headers().firstValue("Retry-After").orElse(""), answer.body());
    }

    /** @param retryAfter empty without one */
    record Answer(int status, String retryAfter, String text) {
        JsonObject body(int expected) {
            assertThat(status).as(text).isEqualTo(expected);
            return new JsonObject(text);
        }

        /** Status, reason and details. */
        String refusal() {
            assertThat(status).as(text).isGreaterThanOrEqualTo(400);
            JsonObject error = new JsonObject(text).getJsonObject("error");
            return status + " " + error.getString("reason") + " " + error.getJsonArray("details");
        }
    }
}
