package dev.portcullis.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.http.AddressRange;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of banned users, and from banned addresses. */
class BannedCallersTest {
    private static final String BEARER = "Authorization: Bearer " + ApiServer.TOKEN;
    private static final Attempt REFRESH = new Attempt("/api/auth/refresh", "{\"refreshToken\":\"refresh-1\"}");
    private static final List<Attempt> UNAUTHENTICATED = List.of(
            new Attempt(
                    "/api/auth/register",
                    "{\"username\":\"Ann\",\"email\":\"ann@example.org\",\"password\":\"Passw0rd-long\"}"),
            new Attempt("/api/auth/login", "{\"email\":\"ann@example.org\",\"password\":\"Passw0rd-long\"}"));

    private ApiServer server;

    private record Attempt(String path, String body) {}

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD.limitedBy("ratelimit.login=1000"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Origin.class)
    void banned_address_gets_no_token_and_no_password_is_checked(Origin origin) {
        server.ban(addressBan(origin));

        for (Attempt attempt : UNAUTHENTICATED) {
            assertBanned(server.post(attempt.path(), attempt.body()));
        }
        assertThat(server.asked).isEmpty();
        assertThat(server.events.all())
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event).containsEntry("reason", "banned").containsEntry("detail", "banned"));
    }

    /** Ten forged tokens of one client have a rule ban the address of an office. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void device_that_the_account_knows_logs_in_and_asks_for_a_mail_at_an_address_that_a_rule_refuses(boolean listed) {
        Attempt logIn = UNAUTHENTICATED.get(1);
        String device = ApiServer.deviceOf(server.post(logIn.path(), logIn.body()), false);
        String cookie = "Cookie: __Host-portcullis_device=" + device;
        if (listed) {
            server.standing(Standing.LISTED);
        } else {
            server.ban(addressBan(Origin.RULE));
        }
        server.asked.clear();
        String ofAnother = logIn.body().replace("ann@", "ben@");
        assertBanned(server.post(logIn.path(), logIn.body(), cookie.replace(device, "A".repeat(device.length()))));
        assertBanned(server.post(logIn.path(), ofAnother, cookie));
        assertBanned(server.post("/api/auth/reset", "{\"email\":\"ben@example.org\"}", cookie));
        assertThat(server.asked).as("no password is checked").isEmpty();

        assertThat(server.post(logIn.path(), logIn.body(), cookie).status()).isEqualTo(200);
        assertThat(server.post("/api/auth/reset", "{\"email\":\"ann@example.org\"}", cookie)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void listed_address_gets_no_token_likewise() {
        server.standing(Standing.LISTED);

        for (Attempt attempt : UNAUTHENTICATED) {
            assertBanned(server.post(attempt.path(), attempt.body()));
        }
        assertThat(server.asked).isEmpty();
        assertThat(server.events.all())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event).containsEntry("detail", "listed"));
    }

    @Test
    void refresh_token_is_good_at_an_address_that_a_rule_bans_and_a_wrong_one_is_banned() {
        server.ban(addressBan(Origin.RULE));

        assertThat(server.post(REFRESH.path(), REFRESH.body()).status()).isEqualTo(200);
        server.refuseWith(GrantRefusal.UNKNOWN_TOKEN);
        assertBanned(server.post(REFRESH.path(), REFRESH.body()));
    }

    @Test
    void banned_account_gets_no_token_for_its_password_and_the_log_says_whose() {
        server.ban(userBan());

        Reply reply = server.post("/api/auth/login", UNAUTHENTICATED.get(1).body());
        assertBanned(reply);
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(reply.body()).doesNotContain("access.jwt");
        assertThat(server.asked).hasSize(1);
        assertOnlyEventOf("u:ann", "auth.login.failure");
    }

    /** The stage is told whom to refuse, and decides what is a right token: so it uses up none. */
    @Test
    void refresh_token_of_a_banned_account_is_refused_by_the_stage_that_knows_it() {
        UserId user = new UserId("u:" + "a".repeat(22));
        String token = "a".repeat(22) + "." + "b".repeat(22) + ".0." + "c".repeat(43);
        server.ban(banOf(user));
        server.refuseWith(GrantRefusal.BANNED);

        assertBanned(server.post("/api/auth/refresh", "{\"refreshToken\":\"" + token + "\"}"));
        assertThat(server.asked)
                .containsExactly(
                        new Accounts.Refresh(token, Optional.of(user), Optional.of(new LoginDevice("127.0.0.1", ""))));
        assertOnlyEventOf(user.value(), "auth.refresh.failure");
        server.refuseWith(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(server.post("/api/auth/refresh", "{\"refreshToken\":\"" + token + "\"}")
                        .status())
                .as("a wrong one does not tell of the ban")
                .isEqualTo(401);
    }

    @Test
    void wrong_password_of_a_banned_account_does_not_tell_of_the_ban() {
        server.ban(userBan());
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);

        assertThat(server.post("/api/auth/login", UNAUTHENTICATED.get(1).body()).status())
                .isEqualTo(401);
    }

    @Test
    void banned_user_may_only_log_out() {
        server.ban(userBan());

        assertBanned(server.call("GET", "/api/auth/me", Optional.empty(), BEARER));
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event).containsEntry("userId", "u:ann"));
        assertThat(server.call("POST", "/api/auth/logout", Optional.empty(), BEARER)
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"ann-token, 200", "other-token, 403"})
    void ban_of_an_address_by_a_rule_meets_only_tokens_that_are_not_valid(String token, int status) {
        server.ban(addressBan(Origin.RULE));

        assertThat(server.call("GET", "/api/auth/me", Optional.empty(), "Authorization: Bearer " + token)
                        .status())
                .isEqualTo(status);
    }

    private static void assertBanned(Reply reply) {
        assertThat(reply.status()).isEqualTo(403);
        assertThat(new JsonObject(reply.body()).getJsonObject("error").getString("reason"))
                .isEqualTo("banned");
    }

    private void assertOnlyEventOf(String user, String name) {
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", name)
                        .containsEntry("reason", "banned")
                        .containsEntry("userId", user));
    }

    private static Ban userBan() {
        return banOf(ApiServer.ANN.id());
    }

    private static Ban banOf(UserId user) {
        return new Ban(new BanTarget.OfUser(user), Origin.RULE, "test", Ban.FOREVER, ApiServer.NOW);
    }

    private static Ban addressBan(Origin origin) {
        return new Ban(
                new BanTarget.OfAddresses(AddressRange.parse("127.0.0.1").orElseThrow()),
                origin,
                "test",
                Ban.FOREVER,
                ApiServer.NOW);
    }
}
