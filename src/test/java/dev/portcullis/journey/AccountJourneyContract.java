package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.factor.FactorCodes;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user of an account does, over HTTP and WebSocket, with the real stage and the real store behind. */
abstract class AccountJourneyContract {
    /** A used refresh token is refused at once, and cookies are a way in. */
    static final String[] SETTINGS = {
        "accounts.passwords.cost=10",
        "accounts.refreshGraceMs=0",
        "auth.accept=[\"subprotocol\", \"message\", \"header\", \"cookie\"]",
        "origin.missing=reject"
    };

    private static final String ORIGIN = "http://localhost:3000";
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final int REVOKED = 1008;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private TestServer server;

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
    void new_password_ends_the_other_logins_and_not_the_own() throws Exception {
        String own = register("ann").getString("accessToken");
        JsonObject other = logIn("ann", PASSWORD, 200);
        try (JdkPeer mine = enter(own);
                JdkPeer theirs = enter(other.getString("accessToken"))) {
            mine.next("auth_success");
            theirs.next("auth_success");
            String change = new JsonObject()
                    .put("currentPassword", PASSWORD)
                    .put("newPassword", "Another-Horse-8y")
                    .encode();
            assertThat(call("password", change, bearer(own)).statusCode()).isEqualTo(200);
            assertThat(theirs.ended()).isEqualTo(REVOKED);
            mine.send(new JsonObject().put("type", "ping"));
            mine.next("pong");
        }

        assertThat(refresh(other).statusCode()).isEqualTo(401);
        logIn("ann", PASSWORD, 401);
        logIn("ann", "Another-Horse-8y", 200);
    }

    @Test
    void cookie_opens_a_connection_only_with_its_csrf_token_and_then_each_frame_needs_one() throws Exception {
        HttpResponse<String> answer = call("register", registration("ann").encode(), Map.of());
        String csrf = json(answer, 201).getString("csrfToken");
        Map<String, String> cookie = Map.of("Origin", ORIGIN, "Cookie", cookies(answer));
        try (JdkPeer foreign = JdkPeer.open(server.ws(), List.of("portcullis.v1"), cookie)) {
            assertThat(foreign.ended()).isEqualTo(REVOKED);
        }
        try (JdkPeer page = JdkPeer.open(server.ws(), List.of("portcullis.v1", "csrf." + csrf), cookie)) {
            String token = page.next("auth_success").getString("csrfToken");
            JsonObject join = new JsonObject().put("type", "join").put("roomId", "lobby");
            page.send(join);
            assertThat(page.next("error").getString("reason")).isEqualTo("csrf_failed");
            page.send(join.put("csrfToken", token));
            page.next("joined");
        }
    }

    @Test
    void user_ends_another_login_from_the_list_and_goes_on() throws Exception {
        String own = register("ann").getString("accessToken");
        JsonObject lost = logIn("ann", PASSWORD, 200);
        try (JdkPeer mine = enter(own);
                JdkPeer theirs = enter(lost.getString("accessToken"))) {
            mine.next("auth_success");
            theirs.next("auth_success");
            String sid = json(send("GET", "logins", "", bearer(own)), 200).getJsonArray("logins").stream()
                    .map(JsonObject.class::cast)
                    .filter(login -> !login.getBoolean("current"))
                    .map(login -> login.getString("id"))
                    .findFirst()
                    .orElseThrow();
            assertThat(send("DELETE", "logins/" + sid, "", bearer(own)).statusCode())
                    .isEqualTo(204);
            assertThat(theirs.ended()).isEqualTo(REVOKED);
            mine.send(new JsonObject().put("type", "ping"));
            mine.next("pong");
        }
        assertThat(refresh(lost).statusCode()).isEqualTo(401);
        assertThat(json(send("GET", "logins", "", bearer(own)), 200).getJsonArray("logins"))
                .hasSize(1);
    }

    @Test
    void login_asks_for_the_second_factor_and_takes_each_code_once() throws Exception {
        String token = register("ann").getString("accessToken");
        String password = new JsonObject().put("password", PASSWORD).encode();
        String secret = json(send("POST", "totp", password, bearer(token)), 200).getString("secret");
        String code = FactorCodes.codeOf(secret, System.currentTimeMillis());
        String recovery = json(
                        send(
                                "POST",
                                "totp/confirm",
                                new JsonObject().put("code", code).encode(),
                                bearer(token)),
                        200)
                .getJsonArray("recoveryCodes")
                .getString(0);
        assertThat(logIn("ann", PASSWORD, 401).getJsonObject("error").getString("reason"))
                .isEqualTo("second_factor_required");
        JsonObject login = new JsonObject().put("email", "ann@example.com").put("password", PASSWORD);
        json(call("login", inBody(login.copy().put("code", code)), Map.of()), 401);
        String again = json(call("login", inBody(login.copy().put("code", recovery)), Map.of()), 200)
                .getString("accessToken");
        try (JdkPeer peer = enter(again)) {
            peer.next("auth_success");
        }
        json(call("login", inBody(login.copy().put("code", recovery)), Map.of()), 401);
        assertThat(json(send("GET", "totp", "", bearer(again)), 200).encode())
                .isEqualTo("{\"enabled\":true,\"recoveryCodes\":9}");
        assertThat(send(
                                "DELETE",
                                "totp",
                                new JsonObject()
                                        .put("password", PASSWORD)
                                        .put("code", code)
                                        .encode(),
                                bearer(again))
                        .statusCode())
                .as("a used code")
                .isEqualTo(401);
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

    private JsonObject register(String name) throws Exception {
        return json(call("register", inBody(registration(name)), Map.of()), 201);
    }

    private JsonObject logIn(String name, String password, int status) throws Exception {
        JsonObject login = new JsonObject().put("email", name + "@example.com").put("password", password);
        return json(call("login", inBody(login), Map.of()), status);
    }

    private HttpResponse<String> refresh(JsonObject login) throws Exception {
        return call(
                "refresh",
                new JsonObject()
                        .put("refreshToken", login.getString("refreshToken"))
                        .encode(),
                Map.of());
    }

    private HttpResponse<String> call(String name, String body, Map<String, String> headers) throws Exception {
        return send("POST", name, body, headers);
    }

    private HttpResponse<String> send(String method, String name, String body, Map<String, String> headers)
            throws Exception {
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

    private JdkPeer enter(String token) {
        return JdkPeer.open(server.ws(), List.of("portcullis.v1", "bearer." + token), Map.of("Origin", ORIGIN));
    }

    private String failure(String token) {
        try (JdkPeer peer = enter(token)) {
            return peer.next("auth_failure").getString("reason");
        }
    }

    private static JsonObject registration(String name) {
        return new JsonObject()
                .put("username", name)
                .put("email", name + "@example.com")
                .put("password", PASSWORD);
    }

    private static String inBody(JsonObject request) {
        return request.put("refreshTokenIn", "body").encode();
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static String cookies(HttpResponse<String> answer) {
        return answer.headers().allValues("set-cookie").stream()
                .map(line -> line.substring(0, line.indexOf(';')))
                .collect(Collectors.joining("; "));
    }

    private static JsonObject json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }
}
