package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.CSRF;
import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.Accounts.LogOut;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.http.CsrfConfig.Require;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.UserId;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is admitted to the calls of users, over HTTP. */
class UserGuardTest {
    private static final String ME = "/api/auth/me";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String COOKIE = "Cookie: __Host-portcullis_token=" + TOKEN;
    private static ApiServer server;

    @BeforeAll
    static void open() throws Exception {
        server = new ApiServer(Settings.STANDARD);
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @Test
    void token_is_taken_from_the_header_or_the_cookie() {
        assertThat(me(BEARER).status()).isEqualTo(200);
        assertThat(me(COOKIE).status()).isEqualTo(200);
        assertThat(me(BEARER, COOKIE).status()).as("the same one").isEqualTo(200);
        assertThat(me("Authorization: Basic eDp5", COOKIE).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Other: 1||unauthorized|Bearer",
                "Authorization: Basic eDp5||unauthorized|Bearer",
                "Authorization: Bearer||invalid_token|Bearer error=\"invalid_token\"",
                "Authorization: Bearer other||invalid_token|Bearer error=\"invalid_token\"",
                "Authorization: Bearer ann-token|Cookie: __Host-portcullis_token=x|invalid_token|Bearer error=\"invalid_token\"",
                "Authorization: Bearer ann-token|Authorization: Bearer x|invalid_token|Bearer error=\"invalid_token\"",
                "Cookie: __Host-portcullis_token=ann-token; __Host-portcullis_token=x||invalid_token|Bearer error=\"invalid_token\"",
                "Cookie: __Host-portcullis_token=ann-token|Cookie: __Host-portcullis_token=x|invalid_token|Bearer error=\"invalid_token\""
            })
    void request_without_one_good_token_is_401(String first, String second, String reason, String challenge) {
        Reply reply = second == null ? me(first) : me(first, second);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reason(reply)).isEqualTo(reason);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo(challenge);
    }

    /** A page of a sibling domain can add values in a browser that does not know the prefix of the name. */
    @Test
    void csrf_token_tells_which_of_several_cookies_is_of_the_page() {
        String own = DevToken.of("ann").csrf("page").signed();
        server.tokens.accept(own, TestClaims.of("u:ann", Optional.of("login"), Optional.of("page")));
        String other = DevToken.of("eve").csrf("other").signed();
        server.tokens.accept(other, TestClaims.of("u:eve", Optional.of("eve"), Optional.of("other")));
        server.asked.clear();
        for (String tossed : List.of("garbage", other)) {
            String cookies =
                    "Cookie: " + ApiServer.ACCESS_COOKIE + "=" + tossed + "; " + ApiServer.ACCESS_COOKIE + "=" + own;
            assertThat(me(cookies, "X-CSRF-Token: page").status()).isEqualTo(200);
            assertThat(server.post("/api/auth/logout", "{}", cookies, "X-CSRF-Token: page")
                            .status())
                    .isEqualTo(204);
            assertThat(me(cookies).status()).isEqualTo(401);
            assertThat(me(cookies, "X-CSRF-Token: stale").status()).isEqualTo(401);
            assertThat(me(cookies, "X-CSRF-Token: page", "X-CSRF-Token: other").status())
                    .isEqualTo(401);
        }
        assertThat(server.asked).containsOnly(new LogOut(new UserId("u:ann"), "login"));
    }

    @ParameterizedTest
    @EnumSource(names = {"MALFORMED_CLAIM", "EXPIRED", "REVOKED"})
    void refused_token_is_401_with_its_reason(TokenDefect defect) {
        AuthRefusal why = defect.refusal();
        server.tokens.refuse("bad-" + why.id(), defect);
        Reply reply = me("Authorization: Bearer bad-" + why.id());
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reason(reply)).isEqualTo(why.id());
    }

    /** A call is a cookie's or a bearer's, reads or writes, and its header is right, wrong, missing or there twice. */
    static List<String> calls() {
        List<String> all = new ArrayList<>();
        for (String by : List.of(COOKIE, BEARER)) {
            for (String method : List.of("GET", "POST")) {
                for (String header :
                        List.of("X-CSRF-Token: " + CSRF, "X-CSRF-Token: other", "X-CSRF-Token: ", "X-No: 1")) {
                    all.add(by + "|" + method + "|" + header);
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(Require.class)
    void csrf_token_is_needed_exactly_where_it_is_required(Require require) throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD.with(require))) {
            for (String call : calls()) {
                String[] part = call.split("\\|", -1);
                boolean writes = part[1].equals("POST");
                boolean right = part[2].equals("X-CSRF-Token: " + CSRF);
                boolean needed = writes
                        && switch (require) {
                            case ALWAYS -> true;
                            case COOKIE -> part[0].equals(COOKIE);
                            case NEVER -> false;
                        };
                Reply reply = writes
                        ? other.post("/api/auth/logout", "{}", part[0], part[2])
                        : other.call("GET", ME, Optional.empty(), part[0], part[2]);
                int admitted = writes ? 204 : 200;
                assertThat(reply.status()).as("%s %s", require, call).isEqualTo(needed && !right ? 403 : admitted);
                if (reply.status() == 403) {
                    assertThat(reason(reply)).isEqualTo("csrf_failed");
                }
            }
            other.audit.close();
            assertThat(other.events.all().stream().filter(event -> "ws.csrf.failure".equals(event.get("event"))))
                    .hasSize(require == Require.NEVER ? 0 : 2)
                    .allSatisfy(event -> assertThat(event).containsEntry("userId", "u:ann"));
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT,/api/rooms/lobby/members/bob", "DELETE,/api/rooms/lobby"})
    void every_write_of_a_cookie_needs_the_csrf_token(String method, String path) {
        Optional<String> body = path.contains("members") ? Optional.of("{\"role\":\"member\"}") : Optional.empty();
        String[] headers = {COOKIE, "Content-Type: application/json"};
        assertThat(server.call(method, path, body, headers).status()).isEqualTo(403);
        assertThat(server.call(method, path, body, BEARER, headers[1]).status())
                .as("admitted, though no stage answers")
                .isIn(501, 503);
        assertThat(server.call(method, path, body, COOKIE, headers[1], "X-CSRF-Token: " + CSRF)
                        .status())
                .isIn(501, 503);
    }

    @Test
    void refused_tokens_count_against_their_address_and_good_ones_do_not() throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD.limitedBy("ratelimit.handshakes.minute=3"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(other, "Authorization: Bearer guess" + i).status())
                        .isEqualTo(401);
                assertThat(get(other, BEARER).status()).isEqualTo(200);
            }
            Reply refused = get(other, "Authorization: Bearer guess3");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("60");
            assertThat(get(other, BEARER).status()).isEqualTo(200);
            other.clock.addAndGet(60_000);
            assertThat(get(other, "Authorization: Bearer guess4").status()).isEqualTo(401);
        }
    }

    @Test
    void tenth_forged_token_gets_a_true_retry_after_and_its_address_is_banned_but_tokens_that_were_good_once_count_not()
            throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD)) {
            other.tokens.refuse("expired-token", TokenDefect.EXPIRED);
            other.tokens.refuse("revoked-token", TokenDefect.REVOKED);
            other.tokens.refuse("stale-token", TokenDefect.EXPIRED_UNSIGNED);
            for (int i = 0; i < 9; i++) {
                assertThat(get(other, "Authorization: Bearer guess" + i).status())
                        .isEqualTo(401);
                for (String honest : List.of("expired-token", "revoked-token", "stale-token")) {
                    assertThat(get(other, "Authorization: Bearer " + honest).status())
                            .isEqualTo(401);
                }
            }
            Reply crossing = get(other, "Authorization: Bearer guess9");
            assertThat(crossing.status()).isEqualTo(429);
            assertThat(reason(crossing)).isEqualTo("rate_limited");
            assertThat(crossing.header("Retry-After")).isEqualTo("900");
            assertThat(other.banned).extracting(ban -> ban.target().key()).containsExactly("ip:127.0.0.1");
            assertThat(get(other, BEARER).status()).as("a valid token").isEqualTo(200);
        }
    }

    @Test
    void garbage_in_a_cookie_is_refused_and_counts_for_no_address_since_a_sibling_domain_may_have_set_it()
            throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD)) {
            for (int i = 0; i < 25; i++) {
                assertThat(get(other, "Cookie: __Host-portcullis_token=guess" + i)
                                .status())
                        .isEqualTo(401);
            }
            assertThat(other.banned).isEmpty();
        }
    }

    @Test
    void cause_of_a_refused_token_is_in_the_log_only() throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD)) {
            Reply reply = get(other, "Authorization: Bearer guess");
            assertThat(reply.body()).doesNotContain("signature");
            assertThat(other.events.all())
                    .singleElement()
                    .satisfies(event -> assertThat(event)
                            .containsEntry("event", "ws.auth.failure")
                            .containsEntry("reason", "invalid_token")
                            .containsEntry("detail", "bad_signature")
                            .containsEntry("resource", ME)
                            .containsEntry(
                                    "requestId",
                                    new JsonObject(reply.body())
                                            .getJsonObject("error")
                                            .getString("requestId")));
        }
    }

    private static Reply me(String... headers) {
        return server.call("GET", ME, Optional.empty(), headers);
    }

    private static Reply get(ApiServer from, String... headers) {
        return from.call("GET", ME, Optional.empty(), headers);
    }

    private static String reason(Reply reply) {
        return new JsonObject(reply.body()).getJsonObject("error").getString("reason");
    }
}
