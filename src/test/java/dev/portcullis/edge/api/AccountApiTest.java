package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.CSRF;
import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.ChooseRefresh;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.LogOut;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.password.PasswordTurn.Known;
import dev.portcullis.auth.password.Precedence;
import dev.portcullis.auth.password.WorkChallenge;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.edge.listener.ContractServer;
import dev.portcullis.http.CsrfConfig.Require;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of {@code /api/auth} over HTTP. The accounts behind them answer what the test says. */
class AccountApiTest {
    private static final String REGISTER = "/api/auth/register";
    private static final String LOGIN = "/api/auth/login";
    private static final String RESET = "/api/auth/reset";
    private static final String REFRESH = "/api/auth/refresh";
    private static final String LOGOUT = "/api/auth/logout";
    private static final String PASSWORD = "/api/auth/password";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String ORIGIN = "Origin: " + ContractServer.ORIGIN;
    private static final String NEW_USER =
            "{\"username\":\"Ann\",\"email\":\"ann@example.org\",\"password\":\"Passw0rd-long\"}";
    private static final String ANN = "{\"email\":\"ann@example.org\",\"password\":\"Passw0rd-long\"}";
    private static final String NEW_PASSWORD =
            "{\"currentPassword\":\"Passw0rd-long\",\"newPassword\":\"Passw0rd-other\"}";

    private static final Optional<LoginDevice> HERE = Optional.of(new LoginDevice("127.0.0.1", ""));

    private ApiServer server;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD.limitedBy("ratelimit.login=1000"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void registration_answers_201_with_the_tokens_and_three_cookies() {
        Reply reply = server.post(REGISTER, NEW_USER);
        assertThat(reply.status()).isEqualTo(201);
        assertThat(new JsonObject(reply.body()))
                .isEqualTo(
                        new JsonObject("{\"accessToken\":\"access.jwt.x\",\"expiresIn\":900,\"csrfToken\":\"csrf-1\","
                                + "\"user\":{\"id\":\"u:ann\",\"username\":\"Ann\",\"email\":\"ann@example.org\"}}"));
        assertThat(ApiServer.cookies(reply))
                .hasSize(3)
                .startsWith(
                        "__Host-portcullis_refresh=refresh-1; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict",
                        "__Host-portcullis_token=access.jwt.x; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Strict")
                .last()
                .asString()
                .matches("__Host-portcullis_device=[A-Za-z0-9_-]{22}; Path=/; Max-Age=2592000; HttpOnly; Secure;"
                        + " SameSite=Strict");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(server.asked)
                .containsExactly(new Register(
                        "Ann", "ann@example.org", "Passw0rd-long", false, HERE, Optional.empty(), turn("")));
        assertThat(names()).containsExactly("auth.register");
    }

    @Test
    void invitation_is_passed_on_and_one_of_another_form_is_refused() {
        String code = "c".repeat(43);
        server.post(REGISTER, NEW_USER.replace("}", ",\"invitation\":\"" + code + "\"}"));
        assertThat(server.asked)
                .containsExactly(new Register(
                        "Ann", "ann@example.org", "Passw0rd-long", false, HERE, Optional.of(code), turn("")));
        assertThat(server.post(REGISTER, NEW_USER.replace("}", ",\"invitation\":\"short\"}"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void login_answers_200_likewise() {
        Reply reply = server.post(LOGIN, ANN);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(ApiServer.cookies(reply)).hasSize(3);
        assertThat(server.asked)
                .containsExactly(new LogIn(
                        "ann@example.org",
                        "Passw0rd-long",
                        false,
                        HERE,
                        Optional.empty(),
                        turn(PasswordCalls.accountKey("ann@example.org"))));
        Map<String, String> event = server.events.all().get(0);
        assertThat(event)
                .containsEntry("event", "auth.login.success")
                .containsEntry("userId", "u:ann")
                .containsEntry("ip", "127.0.0.1")
                .containsKey("requestId");
    }

    @Test
    void client_that_wants_its_refresh_token_in_the_body_gets_no_cookie() {
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(true)));
        String body = ANN.replace("}", ",\"refreshTokenIn\":\"body\"}");
        Reply reply = server.post(LOGIN, body);
        assertThat(new JsonObject(reply.body()).getString("refreshToken")).isEqualTo("refresh-1");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.asked)
                .containsExactly(new LogIn(
                        "ann@example.org",
                        "Passw0rd-long",
                        true,
                        HERE,
                        Optional.empty(),
                        turn(PasswordCalls.accountKey("ann@example.org"))));
    }

    @Test
    void access_token_is_no_cookie_where_cookies_are_not_accepted() throws Exception {
        try (ApiServer other = new ApiServer(
                new Settings(true, Optional.empty(), Require.COOKIE, 10_000, Settings.STANDARD.limits()))) {
            assertThat(ApiServer.cookies(other.post(LOGIN, ANN)))
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("__Host-portcullis_refresh=");
            assertThat(other.call("GET", "/api/auth/me", Optional.empty(), "Cookie: __Host-portcullis_token=" + TOKEN)
                            .status())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @EnumSource(GrantRefusal.class)
    void refusal_has_one_status_and_reason(GrantRefusal why) {
        server.refuseWith(why);
        Reply reply = server.post(REGISTER, NEW_USER);
        String expected = switch (why) {
            case EMAIL_TAKEN -> "409 conflict [{\"path\":\"/email\",\"rule\":\"taken\"}]";
            case USERNAME_TAKEN -> "409 conflict [{\"path\":\"/username\",\"rule\":\"taken\"}]";
            case BAD_EMAIL -> "400 validation_failed [{\"path\":\"/email\",\"rule\":\"format\"}]";
            case BAD_USERNAME -> "400 validation_failed [{\"path\":\"/username\",\"rule\":\"format\"}]";
            case WEAK_PASSWORD -> "400 validation_failed [{\"path\":\"/password\",\"rule\":\"strength\"}]";
            case WRONG_CREDENTIALS -> "401 wrong_credentials null";
            case UNKNOWN_TOKEN -> "401 invalid_token null";
            case REGISTRATION_CLOSED -> "403 forbidden null";
            case NOT_INVITED -> "403 forbidden [{\"path\":\"/invitation\",\"rule\":\"unknown\"}]";
            case SECOND_FACTOR_REQUIRED -> "401 second_factor_required null";
            case WRONG_CODE -> "401 second_factor_required [{\"path\":\"/code\",\"rule\":\"wrong\"}]";
            case SECOND_FACTOR_EXISTS -> "409 conflict null";
            case REUSED_TOKEN -> "401 revoked_token null";
            case BANNED -> "403 banned null";
            case TOO_OFTEN -> "429 rate_limited null";
            case BAD_LINK -> "403 forbidden [{\"path\":\"/token\",\"rule\":\"unknown\"}]";
            case NOT_VERIFIED -> "403 forbidden null";
            case ALREADY_VERIFIED -> "409 conflict null";
            case MAILED -> "429 rate_limited null";
            case BUSY, UNREAD -> "503 unavailable null";
            case DISABLED -> "404 not_found null";
        };
        JsonObject error = error(reply);
        assertThat(reply.status() + " " + error.getString("reason") + " " + error.getJsonArray("details"))
                .isEqualTo(expected);
        assertThat(reply.header("WWW-Authenticate").isEmpty()).isEqualTo(reply.status() != 401);
        assertThat(reply.header("Retry-After"))
                .isEqualTo(reply.status() == 503 || why == GrantRefusal.TOO_OFTEN ? "1" : "");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "http.refused")
                        .containsEntry("requestId", error.getString("requestId")));
    }

    @Test
    void wrong_password_is_401_and_counted_as_a_login_failure() {
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        Reply reply = server.post(LOGIN, ANN);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "auth.login.failure")
                        .containsEntry("reason", "wrong_credentials")
                        .containsEntry("requestId", error(reply).getString("requestId")));
    }

    @ParameterizedTest
    @EnumSource(
            value = GrantRefusal.class,
            names = {"SECOND_FACTOR_REQUIRED", "WRONG_CODE"})
    void missing_and_wrong_codes_count_as_failed_logins(GrantRefusal why) {
        server.refuseWith(why);
        String body = ANN.replace("}", ",\"code\":\"123456\"}");
        List<Integer> statuses = IntStream.range(0, 12)
                .mapToObj(each -> server.post(LOGIN, body).status())
                .toList();
        assertThat(server.asked.get(0))
                .isEqualTo(new LogIn(
                        "ann@example.org",
                        "Passw0rd-long",
                        false,
                        HERE,
                        Optional.of("123456"),
                        turn(PasswordCalls.accountKey("ann@example.org"))));
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
    }

    /** Who is beside the user knows the e-mail address, and spends the five logins that its account has there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void device_that_the_account_knows_logs_in_and_asks_for_a_mail_where_others_spent_its_logins(boolean inBody)
            throws Exception {
        try (ApiServer limited = new ApiServer(Settings.STANDARD)) {
            limited.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(inBody)));
            String device = ApiServer.deviceOf(limited.post(LOGIN, ANN), inBody);
            String cookie = "Cookie: __Host-portcullis_device=" + (inBody ? "none" : device);
            String ann = inBody ? ANN.replace("}", ",\"deviceToken\":\"" + device + "\"}") : ANN;
            String ask = "{\"email\":\"ann@example.org\"" + (inBody ? ",\"deviceToken\":\"" + device + "\"}" : "}");
            for (int i = 0; i < 10; i++) {
                limited.post(LOGIN, ANN.replace("ann@", i < 5 ? "ann@" : "other" + i + "@"));
            }
            assertThat(limited.post(LOGIN, ANN).status()).isEqualTo(429);
            assertThat(limited.post(RESET, "{\"email\":\"ann@example.org\"}").status())
                    .isEqualTo(429);

            limited.asked.clear();
            Reply reply = limited.post(LOGIN, ann, cookie);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(ApiServer.deviceOf(reply, inBody))
                    .as("it stays the same")
                    .isEqualTo(device);
            assertThat(limited.asked)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            LogIn.class,
                            asked -> assertThat(asked.turn())
                                    .isEqualTo(new PasswordTurn(
                                            Precedence.KNOWN,
                                            "127.0.0.1 " + PasswordCalls.accountKey("ann@example.org"),
                                            Optional.empty(),
                                            Optional.of(
                                                    new Known(PasswordCalls.accountKey("ann@example.org"), true)))));
            assertThat(limited.post(RESET, ask, cookie).status()).isEqualTo(202);
            assertThat(limited.post(LOGIN, ann.replace("ann@", "bob@"), cookie).status())
                    .as("it is one account's alone")
                    .isEqualTo(429);
        }
    }

    /** Ten wrong passwords for an address that no account has yet. */
    @Test
    void user_who_registers_while_strangers_fail_is_known_from_then_on() {
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        for (int i = 0; i < 10; i++) {
            server.post(LOGIN, ANN);
        }
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
        Reply registered = server.post(REGISTER, NEW_USER);
        assertThat(registered.status()).isEqualTo(201);
        assertThat(server.post(LOGIN, ANN).status()).as("at the same address").isEqualTo(200);
        assertThat(server.post(LOGIN, ANN, "Cookie: __Host-portcullis_device=" + ApiServer.deviceOf(registered, false))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void new_password_makes_all_other_devices_unknown() {
        String before = ApiServer.deviceOf(server.post(LOGIN, ANN), false);
        String after = ApiServer.deviceOf(server.post(PASSWORD, NEW_PASSWORD, BEARER), false);
        for (String device : List.of(before, after)) {
            server.post(LOGIN, ANN, "Cookie: __Host-portcullis_device=" + device);
        }
        assertThat(server.asked.stream().filter(LogIn.class::isInstance).map(LogIn.class::cast))
                .extracting(asked -> asked.turn().known().map(Known::payer))
                .containsExactly(
                        Optional.empty(),
                        Optional.of(PasswordCalls.accountKey("ann@example.org")),
                        Optional.of(PasswordCalls.accountKey("ann@example.org")));
        assertThat(server.asked.stream().filter(LogIn.class::isInstance).map(LogIn.class::cast))
                .extracting(asked -> asked.turn().known().map(Known::rested))
                .as("by its address, and by its device")
                .containsExactly(Optional.empty(), Optional.of(true), Optional.of(true));
    }

    @Test
    void account_gets_a_token_of_its_own_on_a_device_that_others_use_too() {
        String first = ApiServer.deviceOf(server.post(LOGIN, ANN), false);
        Reply other = server.post(LOGIN, ANN.replace("ann@", "bob@"), "Cookie: __Host-portcullis_device=" + first);
        assertThat(ApiServer.deviceOf(other, false)).isNotEqualTo(first);
    }

    @Test
    void login_in_two_steps_counts_no_failure() {
        String withCode = ANN.replace("}", ",\"code\":\"123456\"}");
        for (int i = 0; i < 15; i++) {
            server.refuseWith(GrantRefusal.SECOND_FACTOR_REQUIRED);
            assertThat(server.post(LOGIN, ANN).status()).isEqualTo(401);
            server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
            assertThat(server.post(LOGIN, withCode).status()).isEqualTo(200);
        }
    }

    @Test
    void unknown_account_and_wrong_password_get_equal_bytes() {
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        Reply wrong = server.post(LOGIN, ANN);
        Reply unknown = server.post(LOGIN, ANN.replace("ann@", "other@"));
        assertThat(withoutRequestId(unknown)).isEqualTo(withoutRequestId(wrong));
        assertThat(unknown.headers()).isEqualTo(wrong.headers());
    }

    @Test
    void accounts_that_do_not_answer_are_503() {
        server.accounts = any -> Future.failedFuture("down");
        server.profile = Future.failedFuture("down");
        assertThat(server.post(LOGIN, ANN).status()).isEqualTo(503);
        assertThat(server.post(REGISTER, NEW_USER).status()).isEqualTo(503);
        assertThat(server.post(REFRESH, "{\"refreshToken\":\"r\"}").status()).isEqualTo(503);
        assertThat(server.post(PASSWORD, NEW_PASSWORD, BEARER).status()).isEqualTo(503);
        Reply me = server.call("GET", "/api/auth/me", Optional.empty(), BEARER);
        assertThat(me.status()).isEqualTo(503);
        assertThat(me.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void fraction_of_a_second_that_the_answer_took_is_not_missing_in_it() {
        server.clock.addAndGet(1_400);
        Reply reply = server.post(LOGIN, ANN);
        assertThat(new JsonObject(reply.body()).getLong("expiresIn")).isEqualTo(900);
        assertThat(ApiServer.cookies(reply))
                .anyMatch(cookie -> cookie.contains("__Host-portcullis_token") && cookie.contains("Max-Age=900;"));
        server.clock.set(ApiServer.NOW + 600_500);
        assertThat(new JsonObject(server.post(LOGIN, ANN).body()).getLong("expiresIn"))
                .isEqualTo(300);
    }

    @Test
    void page_may_present_its_token_in_a_header_of_a_read() {
        Reply preflight = server.call(
                "OPTIONS",
                "/api/auth/me",
                Optional.empty(),
                ORIGIN,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: authorization");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, LOGIN, REFRESH, LOGOUT})
    void page_may_add_its_csrf_token_to_every_call(String path) {
        Reply preflight = server.call(
                "OPTIONS",
                path,
                Optional.empty(),
                ORIGIN,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type, x-csrf-token");
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("x-csrf-token");
    }

    @Test
    void without_accounts_there_is_nothing() throws Exception {
        try (ApiServer other = new ApiServer(
                new Settings(false, Optional.empty(), Require.COOKIE, 10_000, Settings.STANDARD.limits()))) {
            for (String path : List.of(REGISTER, LOGIN, REFRESH, LOGOUT, PASSWORD)) {
                assertThat(other.post(path, "{}", BEARER).status()).as(path).isEqualTo(404);
            }
            for (String method : List.of("GET", "PUT", "OPTIONS")) {
                assertThat(other.call(
                                        method,
                                        "/api/auth/me",
                                        Optional.empty(),
                                        BEARER,
                                        ORIGIN,
                                        "Access-Control-Request-Method: GET")
                                .status())
                        .as(method)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void refresh_by_cookie_needs_an_allowed_origin_and_json() {
        String cookie = "Cookie: __Host-portcullis_refresh=r-1";
        Reply good = server.post(REFRESH, "{}", cookie, ORIGIN);
        assertThat(good.status()).isEqualTo(200);
        assertThat(ApiServer.cookies(good)).hasSize(2);
        assertThat(server.asked).containsExactly(new Refresh("r-1", Optional.empty(), HERE));
        assertThat(server.call("POST", REFRESH, Optional.empty(), "Content-Type: application/json", cookie, ORIGIN)
                        .status())
                .as("an empty body")
                .isEqualTo(200);
        assertThat(server.post(REFRESH, "{}", cookie).status()).as("no Origin").isEqualTo(403);
        assertThat(server.post(REFRESH, "{}", cookie, "Origin: https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(server.post(REFRESH, "{}", cookie, "Origin: null").status()).isEqualTo(403);
        assertThat(server.post(REFRESH, "{}", cookie, ORIGIN, ORIGIN).status()).isEqualTo(403);
        assertThat(server.call("POST", REFRESH, Optional.empty(), cookie, ORIGIN)
                        .status())
                .as("no type")
                .isEqualTo(415);
        assertThat(server.call("POST", REFRESH, Optional.of("{}"), "Content-Type: text/plain", cookie, ORIGIN)
                        .status())
                .isEqualTo(415);
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void refresh_by_body_needs_no_origin() {
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(true)));
        Reply reply = server.post(REFRESH, "{\"refreshToken\":\"r-1\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(new JsonObject(reply.body()).getString("refreshToken")).isEqualTo("refresh-1");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.post(REFRESH, "{\"refreshToken\":\"r-1\"}", "Origin: https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(names()).doesNotContain("auth.refresh.failure");
    }

    @Test
    void refresh_without_a_token_is_401() {
        Reply reply = server.post(REFRESH, "{}", "Cookie: x=y; portcullis_refresh=" + refreshTokenOf("ann"), ORIGIN);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(error(reply).getString("reason")).isEqualTo("unauthorized");
        assertThat(server.asked).isEmpty();
        assertThat(names()).containsExactly("auth.refresh.failure");
    }

    @Test
    void token_in_the_body_counts_whatever_the_cookie_has() {
        String cookie = cookie(refreshTokenOf("eve"));
        assertThat(server.post(REFRESH, "{\"refreshToken\":\"r-1\"}", cookie, ORIGIN)
                        .status())
                .isEqualTo(200);
        server.refuseWith(GrantRefusal.UNKNOWN_TOKEN);
        Reply refused = server.post(REFRESH, "{\"refreshToken\":\"r-2\"}", cookie, ORIGIN);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(ApiServer.cookies(refused)).as("the cookie was not tried").isEmpty();
        assertThat(server.asked)
                .containsExactly(
                        new Refresh("r-1", Optional.empty(), HERE), new Refresh("r-2", Optional.empty(), HERE));
    }

    @Test
    void login_whose_tokens_come_too_often_keeps_its_cookie() {
        server.refuseWith(GrantRefusal.TOO_OFTEN);
        Reply refused = server.post(REFRESH, "{}", cookie(refreshTokenOf("ann")), ORIGIN);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(ApiServer.cookies(refused)).isEmpty();
    }

    /** The values that a page of a sibling domain puts beside the good one. */
    @ParameterizedTest
    @ValueSource(strings = {"garbage", "{ann}x", "{eve}", "garbage {eve} {bob}"})
    void page_that_knows_its_user_is_refreshed_by_the_token_of_that_user(String tossed) {
        for (String values : List.of(tossed + " {ann}", "{ann} " + tossed)) {
            server.asked.clear();
            Reply reply = server.post(REFRESH, ofAnn(), cookie(values.split(" ")), ORIGIN);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(server.asked)
                    .as("no other is tried, so none is used up")
                    .containsExactly(new Refresh(refreshTokenOf("ann"), Optional.empty(), HERE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{eve}", "garbage {eve}", "{eve} {bob}"})
    void page_that_knows_its_user_gets_no_tokens_of_another(String values) {
        Reply reply = server.post(REFRESH, ofAnn(), cookie(values.split(" ")), ORIGIN);
        assertThat(reply.status()).isEqualTo(409);
        assertThat(error(reply).getString("reason")).isEqualTo("conflict");
        assertThat(ApiServer.cookies(reply))
                .as("another window may be logged in")
                .isEmpty();
        assertThat(server.asked).isEmpty();
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "auth.refresh.failure")
                        .containsEntry("detail", "other_user"));
        String inBody = ofAnn().replace("{", "{\"refreshToken\":\"" + refreshTokenOf("eve") + "\",");
        assertThat(server.post(REFRESH, inBody).status()).isEqualTo(409);
    }

    @Test
    void page_that_knows_no_user_takes_the_cookie_and_passes_garbage_over() {
        assertThat(server.post(REFRESH, "{}", cookie("garbage", "{eve}", "garbage"), ORIGIN)
                        .status())
                .isEqualTo(200);
        assertThat(server.asked).containsExactly(new Refresh(refreshTokenOf("eve"), Optional.empty(), HERE));
        assertThat(server.post(REFRESH, "{\"userId\":\"no user\"}", cookie("{eve}"), ORIGIN)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void several_tokens_are_looked_at_before_one_is_exchanged() {
        server.choice = new RefreshChoice.Tokens(List.of(refreshTokenOf("eve")));
        assertThat(server.post(REFRESH, "{}", cookie("{ann}", "{eve}", "{ann}"), ORIGIN)
                        .status())
                .isEqualTo(200);
        assertThat(server.asked)
                .containsExactly(
                        new ChooseRefresh(List.of(refreshTokenOf("ann"), refreshTokenOf("eve"))),
                        new Refresh(refreshTokenOf("eve"), Optional.empty(), HERE));
    }

    @Test
    void good_tokens_of_several_users_log_in_none_of_them() {
        server.choice = new RefreshChoice.SeveralUsers();
        Reply reply = server.post(REFRESH, "{}", cookie("{ann}", "{eve}"), ORIGIN);
        assertThat(reply.status()).isEqualTo(409);
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.asked).hasSize(1);
        assertThat(server.events.all())
                .singleElement()
                .satisfies(event -> assertThat(event).containsEntry("detail", "several"));
    }

    @Test
    void eight_tokens_are_looked_at() {
        String[] made = IntStream.range(0, 40)
                .mapToObj(i -> refreshTokenOf("ann").replace(".0.", "." + i + "."))
                .toArray(String[]::new);
        server.choice = new RefreshChoice.Tokens(List.of());
        Reply reply = server.post(REFRESH, ofAnn(), cookie(made), ORIGIN);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(ApiServer.cookies(reply))
                .as("the good one may be among the rest")
                .isEmpty();
        assertThat(server.asked).containsExactly(new ChooseRefresh(List.of(made).subList(0, 8)));
    }

    /** A thief can't hide from the user that the token was used. */
    @Test
    void used_tokens_are_exchanged_until_one_is_good() {
        server.choice = new RefreshChoice.Tokens(List.of("used-1", "used-2"));
        server.refuseWith(GrantRefusal.REUSED_TOKEN);
        Reply reply = server.post(REFRESH, "{}", cookie("{ann}", "{eve}"), ORIGIN);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(error(reply).getString("reason")).isEqualTo("revoked_token");
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.asked)
                .endsWith(new Refresh("used-1", Optional.empty(), HERE), new Refresh("used-2", Optional.empty(), HERE))
                .hasSize(3);
    }

    private static String cookie(String... values) {
        return Stream.of(values)
                .map(each -> "__Host-portcullis_refresh="
                        + each.replace("{ann}", refreshTokenOf("ann"))
                                .replace("{bob}", refreshTokenOf("bob"))
                                .replace("{eve}", refreshTokenOf("eve")))
                .collect(Collectors.joining("; ", "Cookie: ", ""));
    }

    private static String ofAnn() {
        return "{\"userId\":\"" + user("ann") + "\"}";
    }

    @ParameterizedTest
    @EnumSource(
            value = GrantRefusal.class,
            names = {"BUSY", "UNREAD"})
    void attempts_at_which_no_password_was_checked_lock_no_client_out(GrantRefusal why) throws Exception {
        try (ApiServer limited = new ApiServer(Settings.STANDARD)) {
            limited.refuseWith(why);
            for (int i = 0; i < 12; i++) {
                assertThat(limited.post(LOGIN, ANN).status()).isEqualTo(503);
                assertThat(limited.post(REGISTER, NEW_USER).status()).isEqualTo(503);
                assertThat(limited.post(PASSWORD, NEW_PASSWORD, BEARER).status())
                        .isEqualTo(503);
            }
            limited.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
            assertThat(limited.post(LOGIN, ANN).status()).isEqualTo(200);
            assertThat(limited.post(PASSWORD, NEW_PASSWORD, BEARER).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Ann, ann@example.org, password, /password",
        "Ann, nowhere, Passw0rd-long, /email",
        "<b>, ann@example.org, Passw0rd-long, /username"
    })
    void registration_of_a_bad_form_is_no_attempt(String username, String email, String password, String path)
            throws Exception {
        String bad =
                "{\"username\":\"" + username + "\",\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
        try (ApiServer limited = new ApiServer(Settings.STANDARD)) {
            for (int i = 0; i < 12; i++) {
                Reply reply = limited.post(REGISTER, bad);
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.body()).contains(path);
            }
            assertThat(limited.post(REGISTER, NEW_USER).status()).isEqualTo(201);
        }
    }

    @Test
    void client_that_gets_no_turn_is_offered_work_and_brings_it() throws Exception {
        server.accounts = any -> Future.succeededFuture(
                new GrantResult.Refused(GrantRefusal.BUSY, Optional.of(new WorkChallenge("c".repeat(43), 18))));
        Reply busy = server.post(LOGIN, ANN, ORIGIN);

        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.header("Proof-Of-Work")).isEqualTo("\"" + "c".repeat(43) + "\";bits=18");
        assertThat(busy.header("Access-Control-Expose-Headers")).isEqualTo("Retry-After, Proof-Of-Work");

        String proof = "c".repeat(43) + ":17";
        server.post(LOGIN, ANN.replace("}", ",\"proof\":\"" + proof + "\"}"));
        assertThat(server.asked)
                .last()
                .isInstanceOfSatisfying(
                        LogIn.class,
                        asked -> assertThat(asked.turn())
                                .isEqualTo(new PasswordTurn(
                                        Precedence.UNFAILED,
                                        "127.0.0.1 " + PasswordCalls.accountKey("ann@example.org"),
                                        Optional.of(proof))));
    }

    private static PasswordTurn turn(String account) {
        return new PasswordTurn(Precedence.UNFAILED, "127.0.0.1 " + account, Optional.empty());
    }

    @Test
    void registrations_that_learn_what_is_taken_count() throws Exception {
        try (ApiServer limited = new ApiServer(Settings.STANDARD)) {
            limited.refuseWith(GrantRefusal.EMAIL_TAKEN);
            for (int i = 0; i < 5; i++) {
                assertThat(limited.post(REGISTER, NEW_USER).status()).isEqualTo(409);
            }
            assertThat(limited.post(REGISTER, NEW_USER).status()).isEqualTo(429);
        }
    }

    @Test
    void attempts_that_fail_after_a_password_may_have_been_checked_count() throws Exception {
        try (ApiServer limited = new ApiServer(Settings.STANDARD)) {
            limited.accounts = any -> Future.failedFuture("after the check");
            for (int i = 0; i < 5; i++) {
                assertThat(limited.post(LOGIN, ANN).status()).isEqualTo(503);
            }
            assertThat(limited.post(LOGIN, ANN).status()).isEqualTo(429);
            for (int i = 0; i < 10; i++) {
                assertThat(limited.post(PASSWORD, NEW_PASSWORD, BEARER).status())
                        .isEqualTo(503);
            }
            assertThat(limited.post(PASSWORD, NEW_PASSWORD, BEARER).status()).isEqualTo(429);
        }
    }

    @Test
    void cookie_with_a_refused_refresh_token_is_removed() {
        server.refuseWith(GrantRefusal.REUSED_TOKEN);
        Reply reply = server.post(REFRESH, "{}", "Cookie: __Host-portcullis_refresh=r-1", ORIGIN);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(ApiServer.cookies(reply)).containsExactlyElementsOf(CLEARED);
        server.refuseWith(GrantRefusal.BUSY);
        assertThat(ApiServer.cookies(server.post(REFRESH, "{}", "Cookie: __Host-portcullis_refresh=r-1", ORIGIN)))
                .as("it may still be good")
                .isEmpty();
    }

    private static final List<String> CLEARED = List.of(
            "__Host-portcullis_refresh=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
            "__Host-portcullis_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict");

    @Test
    void logout_ends_the_login_and_removes_the_cookies() {
        for (Optional<String> body : List.of(Optional.<String>empty(), Optional.of("{}"))) {
            Reply reply = server.call("POST", LOGOUT, body, BEARER, "Content-Type: application/json");
            assertThat(reply.status()).isEqualTo(204);
            assertThat(ApiServer.cookies(reply)).containsExactlyElementsOf(CLEARED);
        }
        assertThat(server.call("POST", LOGOUT, Optional.empty(), BEARER).status())
                .as("no body, no type")
                .isEqualTo(204);
        assertThat(server.asked)
                .containsOnly(new LogOut(new UserId("u:ann"), ApiServer.FAMILY))
                .hasSize(3);
        assertThat(names()).containsOnly("auth.logout");
        assertThat(server.post(LOGOUT, "{\"all\":true}", BEARER).status()).isEqualTo(400);
    }

    /** Two windows of a browser share one cookie, and the login in it is of the window that logged in last. */
    @ParameterizedTest
    @CsvSource({
        "own, true",
        "other, false",
        "no token at all, true",
        "other and own, true",
        "other and no token at all, false",
        "none, true"
    })
    void logout_leaves_the_cookies_of_another_login(String sent, boolean removes) {
        server.tokens.accept("window", TestClaims.of("u:ann", Optional.of(OWN_LOGIN), Optional.empty()));
        Map<String, String> values = Map.of("own", refreshToken(OWN_LOGIN), "other", refreshToken("o".repeat(22)));
        String cookies = Stream.of(sent.split(" and "))
                .map(each -> "__Host-portcullis_refresh=" + values.getOrDefault(each, each))
                .collect(Collectors.joining("; "));
        Reply reply = server.call(
                "POST",
                LOGOUT,
                Optional.empty(),
                "Authorization: Bearer window",
                "Cookie: " + (sent.equals("none") ? "x=y" : cookies));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(server.asked).containsExactly(new LogOut(new UserId("u:ann"), OWN_LOGIN));
        assertThat(ApiServer.cookies(reply)).containsExactlyElementsOf(removes ? CLEARED : List.of());
    }

    /** Its access token may come in a cookie too, and that of the browser is then of the other window. */
    @Test
    void window_logs_out_of_its_login_where_the_cookies_are_of_another_user() {
        server.tokens.accept("window", TestClaims.of("u:ann", Optional.of(OWN_LOGIN), Optional.empty()));
        server.tokens.accept("newer", TestClaims.of("u:bob", Optional.of("o".repeat(22)), Optional.empty()));
        String cookies =
                "Cookie: __Host-portcullis_token=newer; __Host-portcullis_refresh=" + refreshToken("o".repeat(22));
        Reply reply = server.call("POST", LOGOUT, Optional.empty(), "Authorization: Bearer window", cookies);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(server.asked).containsExactly(new LogOut(new UserId("u:ann"), OWN_LOGIN));
        assertThat(ApiServer.cookies(reply)).isEmpty();
        assertThat(server.call("POST", LOGOUT, Optional.empty(), "Authorization: Bearer made-up", cookies)
                        .status())
                .as("the cookie is no second try")
                .isEqualTo(401);
        assertThat(server.call("GET", "/api/auth/me", Optional.empty(), "Authorization: Bearer window", cookies)
                        .status())
                .as("any other call")
                .isEqualTo(401);
    }

    private static final String OWN_LOGIN = "l".repeat(22);

    private static String refreshToken(String sid) {
        return new RefreshToken("a".repeat(22), sid, 0, "s".repeat(43)).text();
    }

    @Test
    void token_without_a_login_can_not_log_out() {
        server.tokens.accept("foreign", TestClaims.of("bob"));
        assertThat(server.post(LOGOUT, "{}", "Authorization: Bearer foreign").status())
                .isEqualTo(404);
        assertThat(server.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ann, true", "bob, false", "bob and ann, true", "no token at all, true"})
    void new_password_leaves_the_cookies_of_another_user(String sent, boolean replaces) {
        server.tokens.accept("window", TestClaims.of(user("ann"), Optional.of(OWN_LOGIN), Optional.empty()));
        String cookies = Stream.of(sent.split(" and "))
                .map(each -> "__Host-portcullis_refresh=" + (each.contains(" ") ? each : refreshTokenOf(each)))
                .collect(Collectors.joining("; "));
        Reply reply = server.post(PASSWORD, NEW_PASSWORD, "Authorization: Bearer window", "Cookie: " + cookies);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(ApiServer.cookies(reply)).hasSize(replaces ? 3 : 0);
    }

    private static String refreshTokenOf(String name) {
        return new RefreshToken(name.repeat(8).substring(0, 22), "o".repeat(22), 0, "s".repeat(43)).text();
    }

    private static String user(String name) {
        return Accounts.userOf(refreshTokenOf(name)).orElseThrow().value();
    }

    @Test
    void new_password_answers_with_new_tokens() {
        Reply reply = server.post(PASSWORD, NEW_PASSWORD, BEARER);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(new JsonObject(reply.body()).getString("accessToken")).isEqualTo("access.jwt.x");
        assertThat(ApiServer.cookies(reply)).hasSize(3);
        assertThat(server.asked)
                .containsExactly(new ChangePassword(
                        new UserId("u:ann"), Optional.of(ApiServer.FAMILY), "Passw0rd-long", "Passw0rd-other", HERE));
        assertThat(names()).containsExactly("auth.password.changed");
        server.refuseWith(GrantRefusal.WEAK_PASSWORD);
        assertThat(error(server.post(PASSWORD, NEW_PASSWORD, BEARER)).getJsonArray("details"))
                .hasToString("[{\"path\":\"/newPassword\",\"rule\":\"strength\"}]");
        assertThat(names()).as("it was no guess").containsExactly("auth.password.changed", "http.refused");
        server.profile = Future.succeededFuture(Optional.empty());
        assertThat(server.post(PASSWORD, NEW_PASSWORD, BEARER).status()).isEqualTo(404);
    }

    @Test
    void own_account_is_shown_to_its_user_only() {
        Reply reply = server.call("GET", "/api/auth/me", Optional.empty(), BEARER);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo("{\"user\":{\"id\":\"u:ann\",\"username\":\"Ann\",\"email\":\"ann@example.org\"}}");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        server.profile = Future.succeededFuture(Optional.empty());
        assertThat(server.call("GET", "/api/auth/me", Optional.empty(), BEARER).status())
                .isEqualTo(404);
        assertThat(server.call("GET", "/api/auth/me", Optional.empty()).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"email\":\"a@b.c\",\"email\":\"c@d.e\",\"password\":\"Passw0rd-long\"}",
                "{\"email\":\"a@b.c\",\"password\":\"x\",\"__proto__\":{}}",
                "{\"email\":\"a@b.c\",\"password\":\"x\",\"role\":\"admin\"}",
                "{\"email\":\"a@b.c\",\"password\":{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}}",
                "{\"email\":[\"a@b.c\"],\"password\":\"x\"}",
                "{\"email\":\"a@b.c\",\"password\":null}",
                "{\"email\":\"a@b.c\",\"password\":\"\\ud800\"}",
                "{\"email\":\"a@b.c\"}",
                "{\"email\":\"a@b.c\",\"password\":\"\"}",
                "[]",
                ""
            })
    void body_that_does_not_fit_is_400_and_no_attempt(String body) {
        assertThat(server.post(LOGIN, body).status()).isEqualTo(400);
        assertThat(server.asked).isEmpty();
        assertThat(names()).containsOnly("http.refused");
    }

    @Test
    void unknown_member_is_refused_with_its_path() {
        JsonObject error = error(server.post(REGISTER, NEW_USER.replace("}", ",\"role\":\"admin\"}")));
        assertThat(error.getString("reason")).isEqualTo("validation_failed");
        assertThat(error.getJsonArray("details").getJsonObject(0).getString("path"))
                .isEqualTo("/role");
    }

    @Test
    void large_slow_and_plain_bodies_are_refused() throws Exception {
        assertThat(server.post(LOGIN, ANN.replace("ann@", "a".repeat(11_000) + "@"))
                        .status())
                .isEqualTo(413);
        assertThat(server.call("POST", LOGIN, Optional.of(ANN)).status()).isEqualTo(415);
        assertThat(server.call(
                                "POST",
                                LOGIN,
                                Optional.of("email=a&password=b"),
                                "Content-Type: application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(415);
        try (ApiServer hasty = new ApiServer(
                        new Settings(true, Optional.empty(), Require.COOKIE, 100, Settings.STANDARD.limits()));
                RawPeer slow = hasty.peer()) {
            assertThat(slow.request(
                                    "POST " + LOGIN
                                            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                            .status())
                    .isEqualTo(408);
        }
    }

    @Test
    void page_of_another_site_can_neither_register_nor_log_in() {
        assertThat(server.post(LOGIN, ANN, "Origin: https://evil.example").status())
                .isEqualTo(403);
        assertThat(server.post(REGISTER, NEW_USER, "Origin: null").status()).isEqualTo(403);
        assertThat(server.post(LOGIN, ANN, ORIGIN).status()).isEqualTo(200);
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void allowed_page_may_send_cookies_and_another_may_not() {
        Reply good = server.post(LOGIN, ANN, ORIGIN);
        assertThat(good.header("Access-Control-Allow-Origin")).isEqualTo(ContractServer.ORIGIN);
        assertThat(good.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(good.header("Vary")).isEqualTo("Origin");
        Reply me = server.call("GET", "/api/auth/me", Optional.empty(), BEARER, "Origin: https://evil.example");
        assertThat(me.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(me.header("Access-Control-Allow-Credentials")).isEmpty();
        Reply file = server.call("GET", "/openapi.json", Optional.empty(), ORIGIN);
        assertThat(file.header("Access-Control-Allow-Origin")).isEqualTo(ContractServer.ORIGIN);
        assertThat(file.header("Access-Control-Allow-Credentials")).isEmpty();
        Reply preflight = server.call(
                "OPTIONS",
                PASSWORD,
                Optional.empty(),
                ORIGIN,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: x-csrf-token, content-type");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(preflight.header("Access-Control-Allow-Headers"))
                .isEqualTo("authorization, content-type, x-csrf-token");
    }

    @Test
    void parallel_logins_are_all_answered() throws Exception {
        List<Promise<GrantResult>> open = new ArrayList<>();
        server.accounts = any -> {
            Promise<GrantResult> answer = Promise.promise();
            synchronized (open) {
                open.add(answer);
                if (open.size() == 50) { // none is answered before all are asked
                    open.forEach(each -> each.complete(new GrantResult.Granted(ApiServer.grant(false))));
                }
            }
            return answer.future();
        };
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<CompletableFuture<Reply>> replies = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> server.post(LOGIN, ANN), clients))
                    .limit(50)
                    .toList();
            for (CompletableFuture<Reply> each : replies) {
                assertThat(each.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void sixth_attempt_of_an_address_waits_until_the_first_is_15_minutes_old() throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD)) {
            other.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
            for (int i = 0; i < 5; i++) {
                String path = i == 0 ? REGISTER : LOGIN;
                assertThat(other.post(path, i == 0 ? NEW_USER : ANN).status()).isEqualTo(401);
                other.clock.addAndGet(1_000);
            }
            Reply refused = other.post(LOGIN, ANN.replace("ann@", "bob@"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(error(refused).getString("reason")).isEqualTo("rate_limited");
            assertThat(refused.header("Retry-After")).isEqualTo("895");
            assertThat(other.asked).hasSize(5);
            other.clock.addAndGet(894_000);
            assertThat(other.post(REGISTER, NEW_USER).header("Retry-After")).isEqualTo("1");
            other.clock.addAndGet(1_000);
            assertThat(other.post(LOGIN, ANN).status()).isEqualTo(401);
            assertThat(other.events.all())
                    .anySatisfy(event -> assertThat(event)
                            .containsEntry("event", "auth.login.failure")
                            .containsEntry("reason", "rate_limited")
                            .containsEntry("detail", "address"));
        }
    }

    @Test
    void account_with_ten_failures_refuses_the_right_password_too() {
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        String[] spellings = {"ann@example.org", "Ann@Example.ORG", "\uff41nn@example.org"};
        for (int i = 0; i < 10; i++) {
            assertThat(server.post(LOGIN, ANN.replace("ann@example.org", spellings[i % 3]))
                            .status())
                    .isEqualTo(401);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(server.post(PASSWORD, NEW_PASSWORD, BEARER).status())
                    .as("a wrong current password counts apart")
                    .isEqualTo(401);
        }
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
        Reply refused = server.post(LOGIN, ANN);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("900");
        assertThat(server.post(PASSWORD, NEW_PASSWORD, BEARER).status()).isEqualTo(429);
        assertThat(server.post(LOGIN, ANN.replace("ann@", "bob@")).status()).isEqualTo(200);
        server.clock.addAndGet(900_000);
        assertThat(server.post(LOGIN, ANN).status()).isEqualTo(200);
    }

    /** A refresh changes the token and not its login, so it begins no window. */
    @Test
    void tries_of_one_login_keep_its_user_from_no_call_in_another() {
        server.tokens.accept("renewed-token", TestClaims.of("u:ann", Optional.of(ApiServer.FAMILY), Optional.of(CSRF)));
        server.tokens.accept("other-token", TestClaims.of("u:ann", Optional.of("other-login"), Optional.of(CSRF)));
        server.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
        for (int i = 0; i < 10; i++) {
            assertThat(tryPassword(i, TOKEN).status()).isEqualTo(401);
        }
        for (int call = 0; call < 4; call++) {
            assertThat(tryPassword(call, TOKEN).status()).isEqualTo(429);
            assertThat(tryPassword(call, "renewed-token").status()).isEqualTo(429);
            assertThat(tryPassword(call, "other-token").status()).isEqualTo(401);
        }
        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
        assertThat(tryPassword(0, "other-token").status()).isEqualTo(200);
    }

    /** By each of the calls for it. */
    private Reply tryPassword(int call, String token) {
        String bearer = "Authorization: Bearer " + token;
        String password = "{\"password\":\"Passw0rd-long\"}";
        String withCode = password.replace("}", ",\"code\":\"123456\"}");
        String json = "Content-Type: application/json";
        return switch (call % 4) {
            case 0 -> server.post(PASSWORD, NEW_PASSWORD, bearer);
            case 1 -> server.call("DELETE", "/api/auth/me", Optional.of(password), bearer, json);
            case 2 -> server.post("/api/auth/totp", password, bearer);
            default -> server.call("DELETE", "/api/auth/totp", Optional.of(withCode), bearer, json);
        };
    }

    /** Of a thief with a stolen access token, who guesses the password a hundred times before the first answer. */
    @Test
    void of_many_changes_of_a_password_at_one_time_ten_are_tried() throws Exception {
        List<Promise<GrantResult>> held = new CopyOnWriteArrayList<>();
        server.accounts = any -> {
            Promise<GrantResult> answer = Promise.promise();
            held.add(answer);
            return answer.future();
        };
        ExecutorService clients = Executors.newFixedThreadPool(12);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            replies.add(CompletableFuture.supplyAsync(() -> server.post(PASSWORD, NEW_PASSWORD, BEARER), clients));
        }
        assertThat(Await.until(() -> held.size() == 10 && answered(replies) == 2))
                .isTrue();
        held.forEach(each -> each.complete(new GrantResult.Granted(ApiServer.grant(false))));
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<Reply> each : replies) {
            statuses.add(each.get(30, TimeUnit.SECONDS).status());
        }
        clients.shutdown();
        assertThat(statuses).as("whose password is changed gets its tokens").containsOnly(200, 429);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(10);
    }

    private static long answered(List<CompletableFuture<Reply>> replies) {
        return replies.stream().filter(CompletableFuture::isDone).count();
    }

    @Test
    void address_that_fails_for_twenty_accounts_gets_a_true_retry_after_and_is_banned() throws Exception {
        try (ApiServer other = new ApiServer(Settings.STANDARD.limitedBy("ratelimit.login=1000"))) {
            other.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
            for (int i = 0; i < 19; i++) {
                assertThat(other.post(LOGIN, ANN.replace("ann@", "user" + i + "@"))
                                .status())
                        .isEqualTo(401);
            }
            assertThat(other.banned).isEmpty();
            Reply crossing = other.post(LOGIN, ANN.replace("ann@", "user19@"));
            assertThat(crossing.status()).isEqualTo(429);
            assertThat(crossing.header("Retry-After")).isEqualTo("900");
            assertThat(other.banned).extracting(ban -> ban.target().key()).containsExactly("ip:127.0.0.1");
            assertThat(other.events.all())
                    .anySatisfy(event -> assertThat(event)
                            .containsEntry("event", "auth.login.failure")
                            .containsEntry("reason", "rate_limited")
                            .containsEntry("detail", "stuffing"))
                    .anySatisfy(event -> assertThat(event)
                            .containsEntry("event", "auth.stuffing")
                            .containsEntry("reason", "accounts")
                            .containsEntry("ip", "127.0.0.1"));
        }
    }

    @Test
    void nothing_secret_is_in_an_event() {
        server.post(LOGIN, ANN);
        server.post(REGISTER, NEW_USER);
        server.post(PASSWORD, NEW_PASSWORD, BEARER, "X-CSRF-Token: " + CSRF);
        server.refuseWith(GrantRefusal.UNKNOWN_TOKEN);
        server.post(REFRESH, "{}", "Cookie: __Host-portcullis_refresh=secret-refresh", ORIGIN);
        server.post(REFRESH, "{\"refreshToken\":\"secret-refresh\"}");
        server.post(LOGOUT, "{}", "Authorization: Bearer secret-access");
        server.audit.close();
        assertThat(server.events.all()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(server.events.all().toString())
                .doesNotContain("Passw0rd", "secret-", "refresh-1", "access.jwt", "csrf-1", CSRF, TOKEN, "example.org");
        assertThat(server.asked.toString()).doesNotContain("Passw0rd", "secret-", "example.org");
    }

    private List<String> names() {
        return server.events.all().stream().map(each -> each.get("event")).toList();
    }

    private static JsonObject error(Reply reply) {
        return new JsonObject(reply.body()).getJsonObject("error");
    }

    private static String withoutRequestId(Reply reply) {
        return reply.body().replaceAll("\"requestId\":\"[^\"]*\"", "");
    }
}
