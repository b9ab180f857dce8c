package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.factor.FactorCodes;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a user of an account does, over HTTP and WebSocket, with the real stage and the real store behind. */
abstract class AccountJourneyContract extends AccountJourneyAcrossNodes {
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

    private static String cookies(HttpResponse<String> answer) {
        return answer.headers().allValues("set-cookie").stream()
                .map(line -> line.substring(0, line.indexOf(';')))
                .collect(Collectors.joining("; "));
    }
}
