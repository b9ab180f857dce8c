package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stage of accounts has to end at an edge on another node. */
abstract class AccountJourneyAcrossNodes {
    /** A used refresh token is refused at once, and cookies are a way in. */
    static final String[] SETTINGS = {
        "accounts.passwords.cost=10",
        "accounts.refreshGraceMs=0",
        "auth.accept=[\"subprotocol\", \"message\", \"header\", \"cookie\"]",
        "origin.missing=reject"
    };

    static final String ORIGIN = "http://localhost:3000";
    static final String PASSWORD = "Correct-Horse-7x";
    static final int REVOKED = 1008;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    TestServer server;

    abstract TestServer site();

    @BeforeEach
    void start() {
        server = site();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void access_token_of_a_new_account_opens_a_connection_until_its_user_logs_out() throws Exception {
        JsonObject ann = register("ann");
        String token = ann.getString("accessToken");
        try (JdkPeer peer = enter(token)) {
            assertThat(peer.next("auth_success").getString("userId"))
                    .isEqualTo(ann.getJsonObject("user").getString("id"));
            assertThat(call("logout", "{}", bearer(token)).statusCode()).isEqualTo(204);
            assertThat(peer.ended()).isEqualTo(REVOKED);
        }

        assertThat(failure(token)).isEqualTo("revoked_token");
        assertThat(refresh(ann).statusCode()).isEqualTo(401);
    }

    @Test
    void refresh_token_that_comes_again_ends_its_login_everywhere() throws Exception {
        JsonObject first = register("ann");
        JsonObject second = json(refresh(first), 200);
        try (JdkPeer peer = enter(second.getString("accessToken"))) {
            peer.next("auth_success");
            assertThat(refresh(first).statusCode()).isEqualTo(401);
            assertThat(peer.ended()).isEqualTo(REVOKED);
        }

        assertThat(refresh(second).statusCode()).isEqualTo(401);
        assertThat(failure(second.getString("accessToken"))).isEqualTo("revoked_token");
    }

    @Test
    void deleted_account_leaves_no_login_no_name_and_its_messages_without_an_author() throws Exception {
        JsonObject ann = register("ann");
        JsonObject ben = register("ben");
        String token = ann.getString("accessToken");
        String password = new JsonObject().put("password", PASSWORD).encode();
        try (JdkPeer mine = enter(token);
                JdkPeer witness = enter(ben.getString("accessToken"))) {
            mine.next("auth_success");
            witness.next("auth_success");
            mine.join("lobby");
            mine.say("lobby", "I was here", "m1");
            assertThat(send("DELETE", "me", "{\"password\":\"Wrong-Horse-7x\"}", bearer(token))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send("DELETE", "me", password, bearer(token)).statusCode())
                    .isEqualTo(204);
            assertThat(mine.ended()).isEqualTo(REVOKED);
            JsonObject message = witness.ask(new JsonObject()
                            .put("type", "history")
                            .put("roomId", "lobby")
                            .put("id", "h1"))
                    .getJsonArray("messages")
                    .getJsonObject(0);
            assertThat(message.getString("content")).isEqualTo("I was here");
            assertThat(message.getString("userId")).isEqualTo("deleted");
        }
        assertThat(failure(token)).isEqualTo("revoked_token");
        assertThat(refresh(ann).statusCode()).isEqualTo(401);
        logIn("ann", PASSWORD, 401);
        assertThat(register("ann").getJsonObject("user").getString("id"))
                .isNotEqualTo(ann.getJsonObject("user").getString("id"));
    }

    JsonObject register(String name) throws Exception {
        return json(call("register", inBody(registration(name)), Map.of()), 201);
    }

    JsonObject logIn(String name, String password, int status) throws Exception {
        JsonObject login = new JsonObject().put("email", name + "@example.com").put("password", password);
        return json(call("login", inBody(login), Map.of()), status);
    }

    HttpResponse<String> refresh(JsonObject login) throws Exception {
        return call(
                "refresh",
                new JsonObject()
                        .put("refreshToken", login.getString("refreshToken"))
                        .encode(),
                Map.of());
    }

    HttpResponse<String> call(String name, String body, Map<String, String> headers) throws Exception {
        return send("POST", name, body, headers);
    }

    HttpResponse<String> send(String method, String name, String body, Map<String, String> headers) throws Exception {
        URI uri = URI.create("http://" + server.ws().getAuthority() + "/api/auth/" + name);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Origin", ORIGIN)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return PatientCalls.send(HTTP, request.build());
    }

    JdkPeer enter(String token) {
        return JdkPeer.open(server.ws(), List.of("portcullis.v1", "bearer." + token), Map.of("Origin", ORIGIN));
    }

    private String failure(String token) {
        try (JdkPeer peer = enter(token)) {
            return peer.next("auth_failure").getString("reason");
        }
    }

    static JsonObject registration(String name) {
        return new JsonObject()
                .put("username", name)
                .put("email", name + "@example.com")
                .put("password", PASSWORD);
    }

    static String inBody(JsonObject request) {
        return request.put("refreshTokenIn", "body").encode();
    }

    static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    static JsonObject json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }
}
