package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.CSRF;
import static dev.portcullis.edge.api.ApiServer.NOW;
import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.Accounts.EndLogin;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.account.LoginEntry;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and their own logins over HTTP. The accounts behind them answer what the test says. */
class OwnAccountApiTest {
    private static final String ME = "/api/auth/me";
    private static final String LOGINS = "/api/auth/logins";
    private static final String OTHER = "o".repeat(22);
    private static final String OWN = "w".repeat(22);
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final Optional<String> PASSWORD = Optional.of("{\"password\":\"Passw0rd-long\"}");

    private ApiServer server;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD);
        server.tokens.accept("own", TestClaims.of("u:ann", Optional.of(OWN), Optional.of(CSRF)));
        server.logins = Optional.of(List.of(
                new LoginEntry(OTHER, NOW - 9_000, NOW - 5_000, new LoginDevice("192.0.2.7", "Phone \"7\"")),
                new LoginEntry(OWN, NOW, NOW, LoginDevice.UNKNOWN)));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Reply delete(String path, Optional<String> body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 1, headers.length);
        all[0] = body.isPresent() ? "Content-Type: application/json" : "X-None: 1";
        return server.call("DELETE", path, body, all);
    }

    @Test
    void logins_are_listed_and_the_calling_one_is_marked() {
        Reply reply = server.call("GET", LOGINS, Optional.empty(), "Authorization: Bearer own");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(new JsonObject(reply.body())
                        .getJsonArray("logins")
                        .getJsonObject(0)
                        .encode())
                .isEqualTo("{\"id\":\"" + OTHER + "\",\"createdAt\":" + (NOW - 9_000) + ",\"renewedAt\":"
                        + (NOW - 5_000)
                        + ",\"address\":\"192.0.2.7\",\"userAgent\":\"Phone \\\"7\\\"\",\"current\":false}");
        assertThat(new JsonObject(reply.body())
                        .getJsonArray("logins")
                        .getJsonObject(1)
                        .getBoolean("current"))
                .isTrue();
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        assertThat(server.call("GET", LOGINS, Optional.empty()).status()).isEqualTo(401);
        server.logins = Optional.empty();
        assertThat(server.call("GET", LOGINS, Optional.empty(), BEARER).status())
                .as("a user of another issuer")
                .isEqualTo(404);
    }

    @Test
    void another_login_is_ended_and_the_cookies_stay() {
        Reply reply = delete(LOGINS + "/" + OTHER, Optional.empty(), "Authorization: Bearer own");
        assertThat(reply.status()).isEqualTo(204);
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.asked).containsExactly(new EndLogin(new UserId("u:ann"), OTHER));
        assertThat(server.events.all().get(0))
                .containsEntry("event", "auth.logout")
                .containsEntry("resource", OTHER);
    }

    /** Who has stolen a login must not keep its user from a new password by ending each new one. */
    @Test
    void newer_login_is_ended_only_for_a_quarter_of_an_hour_after_the_password() {
        server.logins = Optional.of(List.of(login(OTHER, NOW - 1_000), login(OWN, NOW - 899_999)));
        assertThat(endOther("own").status()).isEqualTo(204);
        server.logins = Optional.of(List.of(login(OTHER, NOW - 1_000), login(OWN, NOW - 900_000)));
        Reply newer = endOther("own");
        assertThat(newer.status()).isEqualTo(403);
        assertThat(newer.body()).contains("\"path\":\"/loginId\"", "\"rule\":\"newer\"");
        server.logins = Optional.of(List.of(login(OTHER, NOW - 900_001), login(OWN, NOW - 900_000)));
        assertThat(endOther("own").status()).as("an older one").isEqualTo(204);
        assertThat(endOther(TOKEN).status()).as("a token of no login").isEqualTo(403);
        assertThat(server.asked).hasSize(2);
    }

    private Reply endOther(String token) {
        return delete(LOGINS + "/" + OTHER, Optional.empty(), "Authorization: Bearer " + token);
    }

    private static LoginEntry login(String sid, long createdAt) {
        return new LoginEntry(sid, createdAt, NOW, LoginDevice.UNKNOWN);
    }

    @Test
    void own_login_is_ended_with_its_cookies() {
        Reply reply = delete(LOGINS + "/" + OWN, Optional.empty(), "Authorization: Bearer own");
        assertThat(reply.status()).isEqualTo(204);
        assertThat(ApiServer.cookies(reply)).hasSize(2).allMatch(each -> each.contains("Max-Age=0"));
    }

    @Test
    void login_that_is_not_there_and_one_without_its_form_are_refused() {
        assertThat(delete(LOGINS + "/" + "x".repeat(22), Optional.empty(), BEARER)
                        .status())
                .isEqualTo(404);
        assertThat(delete(LOGINS + "/short", Optional.empty(), BEARER).status()).isEqualTo(404);
        assertThat(delete(LOGINS + "/" + OTHER, Optional.empty(), "Cookie: " + ApiServer.ACCESS_COOKIE + "=" + TOKEN)
                        .status())
                .as("a write by cookie needs its CSRF token")
                .isEqualTo(403);
    }

    @Test
    void account_is_deleted_for_its_password() {
        Reply reply = delete(ME, PASSWORD, BEARER);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(ApiServer.cookies(reply)).hasSize(2).allMatch(each -> each.contains("Max-Age=0"));
        assertThat(server.asked).containsExactly(new UserId("u:ann"));
        assertThat(server.events.all())
                .extracting(each -> each.get("event"))
                .containsExactly("auth.deletion.begun", "auth.deletion.done");
    }

    @Test
    void nothing_is_deleted_for_a_token_alone() {
        assertThat(delete(ME, Optional.of("{}"), BEARER).status()).isEqualTo(400);
        assertThat(delete(ME, PASSWORD).status()).isEqualTo(401);
        assertThat(server.asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = GrantRefusal.class,
            names = {"WRONG_CREDENTIALS", "BUSY", "UNREAD", "DISABLED"})
    void nothing_is_deleted_where_the_password_is_not_confirmed(GrantRefusal why) {
        server.refuseWith(why);
        assertThat(delete(ME, PASSWORD, BEARER).status())
                .isEqualTo(
                        switch (why) {
                            case WRONG_CREDENTIALS -> 401;
                            case DISABLED -> 404;
                            default -> 503;
                        });
        assertThat(server.asked).isEmpty();
    }

    @Test
    void guesses_with_a_stolen_token_are_as_limited_as_logins() {
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        List<Integer> statuses = IntStream.range(0, 12)
                .mapToObj(each -> delete(ME, PASSWORD, BEARER).status())
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
    }

    @Test
    void password_that_was_not_checked_costs_no_guess() {
        server.refuseWith(GrantRefusal.BUSY);
        IntStream.range(0, 12).forEach(each -> delete(ME, PASSWORD, BEARER));
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(204);
    }

    @Test
    void deletion_that_finds_no_place_does_nothing() {
        server.deletion = Optional.empty();
        Reply reply = delete(ME, PASSWORD, BEARER);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("2");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.events.all().get(0))
                .containsEntry("event", "http.refused")
                .containsEntry("detail", "deletions");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletion_that_finds_no_place_costs_no_try(boolean takenMeanwhile) {
        server.placeForDeletion = takenMeanwhile;
        server.deletion = Optional.empty();
        for (int i = 0; i < 12; i++) {
            assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(429);
        }
        assertThat(server.events.all()).allSatisfy(each -> assertThat(each).containsEntry("detail", "deletions"));
        server.placeForDeletion = true;
        server.deletion = Optional.of(Future.succeededFuture());
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(204);
    }

    @Test
    void deletion_of_a_held_user_is_refused_to_who_knows_the_password_and_begins_nothing() {
        server.held = true;
        Reply reply = delete(ME, PASSWORD, BEARER);
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.body()).contains("conflict").doesNotContain("held");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event ->
                        assertThat(event).containsEntry("event", "http.refused").containsEntry("detail", "held"));
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(401);
    }

    @Test
    void no_password_is_checked_for_a_deletion_that_has_no_place() {
        server.placeForDeletion = false;
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(429);
        server.placeForDeletion = true;
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(401);
    }

    @Test
    void wrong_password_counts_though_there_may_be_no_place() {
        server.deletion = Optional.empty();
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        List<Integer> statuses = IntStream.range(0, 11)
                .mapToObj(each -> delete(ME, PASSWORD, BEARER).status())
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.get(10)).isEqualTo(429);
    }

    @Test
    void deletion_that_breaks_off_is_told_to_the_operator_with_its_user() {
        server.deletion = Optional.of(Future.failedFuture(new IllegalStateException("the store is away")));
        assertThat(delete(ME, PASSWORD, BEARER).status()).isEqualTo(503);
        assertThat(server.events.all())
                .filteredOn(each -> "auth.deletion.failed".equals(each.get("event")))
                .singleElement()
                .satisfies(each -> assertThat(each).containsEntry("userId", "u:ann"));
    }
}
