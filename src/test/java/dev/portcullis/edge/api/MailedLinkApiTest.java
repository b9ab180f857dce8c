package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.account.MailedLinks.AskReset;
import dev.portcullis.auth.account.MailedLinks.Resend;
import dev.portcullis.auth.account.MailedLinks.Reset;
import dev.portcullis.auth.account.MailedLinks.Verify;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.http.CsrfConfig.Require;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of mailed links over HTTP. The accounts behind them answer what the test says. */
class MailedLinkApiTest {
    private static final String LOGIN = "/api/auth/login";
    private static final String ANN = "{\"email\":\"ann@example.org\",\"password\":\"Passw0rd-long\"}";
    private static final String VERIFY = "/api/auth/verify";
    private static final String RESEND = VERIFY + "/resend";
    private static final String RESET = "/api/auth/reset";
    private static final String CONFIRM = RESET + "/confirm";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String LINK = "{\"token\":\"a.verify.b.c\"}";
    private static final String ADDRESS = "{\"email\":\"ann@example.org\"}";
    private static final String NEW_PASSWORD = "{\"token\":\"a.reset.b.c\",\"newPassword\":\"Passw0rd-long\"}";

    private ApiServer server;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void links_verify_an_address_and_set_a_password_without_a_token() {
        Reply verified = server.post(VERIFY, LINK);
        assertThat(verified.status()).isEqualTo(204);
        assertThat(server.post(RESET, ADDRESS).status()).isEqualTo(202);
        Reply reset = server.post(CONFIRM, NEW_PASSWORD);
        assertThat(reset.status()).isEqualTo(204);
        assertThat(ApiServer.cookies(reset))
                .as("the account knows the device")
                .singleElement()
                .asString()
                .startsWith("__Host-portcullis_device=");
        assertThat(server.asked)
                .containsExactly(
                        new Verify("a.verify.b.c"),
                        new AskReset("ann@example.org", "127.0.0.1"),
                        new Reset("a.reset.b.c", "Passw0rd-long"));
        assertThat(server.events.all())
                .extracting(each -> each.get("event") + " " + each.get("userId"))
                .containsExactly("auth.email.verified u:ann", "auth.password.reset u:ann");
        assertThat(server.events.all().toString()).doesNotContain("a.verify", "a.reset", "Passw0rd", "example.org");
    }

    /** Ten wrong passwords of strangers, at the address that the app is at too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void client_that_resets_a_password_is_known_at_once_whatever_strangers_tried(boolean inBody) throws Exception {
        try (ApiServer strict = new ApiServer(Settings.STANDARD.limitedBy("ratelimit.login=1000"))) {
            Function<Object, Future<GrantResult>> right =
                    any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(inBody)));
            strict.accounts = right;
            String before = ApiServer.deviceOf(strict.post(LOGIN, ANN), inBody);
            strict.refuseWith(GrantRefusal.WRONG_CREDENTIALS);
            for (int i = 0; i < 10; i++) {
                strict.post(LOGIN, ANN);
            }
            strict.accounts = right;
            assertThat(strict.post(LOGIN, ANN).status()).isEqualTo(429);

            Reply reset = confirm(strict, before, inBody);
            assertThat(reset.status()).isEqualTo(inBody ? 200 : 204);
            assertThat(ApiServer.cookies(reset)).hasSize(inBody ? 0 : 1);
            String device = ApiServer.deviceOf(reset, inBody);
            assertThat(device).matches("[A-Za-z0-9_-]{22}").isNotEqualTo(before);

            assertThat(strict.post(LOGIN, ANN).status())
                    .as("without the device")
                    .isEqualTo(429);
            assertThat(logIn(strict, before, inBody).status())
                    .as("with the one of before")
                    .isEqualTo(429);
            assertThat(logIn(strict, device, inBody).status()).isEqualTo(200);
        }
    }

    private static Reply confirm(ApiServer at, String device, boolean inBody) {
        return inBody
                ? at.post(
                        CONFIRM,
                        NEW_PASSWORD.replace("}", ",\"refreshTokenIn\":\"body\",\"deviceToken\":\"" + device + "\"}"))
                : at.post(CONFIRM, NEW_PASSWORD, "Cookie: __Host-portcullis_device=" + device);
    }

    private static Reply logIn(ApiServer at, String device, boolean inBody) {
        return inBody
                ? at.post(LOGIN, ANN.replace("}", ",\"deviceToken\":\"" + device + "\"}"))
                : at.post(LOGIN, ANN, "Cookie: __Host-portcullis_device=" + device);
    }

    @Test
    void another_mail_is_for_users_who_are_logged_in() {
        assertThat(server.post(RESEND, "{}").status()).isEqualTo(401);
        assertThat(server.post(RESEND, "{}", BEARER).status()).isEqualTo(202);
        assertThat(server.asked).containsExactly(new Resend(new UserId("u:ann"), "127.0.0.1"));

        server.resendWaitMs = 90_000;
        server.refuseWith(GrantRefusal.MAILED);
        Reply tooSoon = server.post(RESEND, "{}", BEARER);
        assertThat(tooSoon.status()).isEqualTo(429);
        assertThat(tooSoon.header("Retry-After")).isEqualTo("90");

        server.resendWaitMs = 0;
        server.refuseWith(GrantRefusal.ALREADY_VERIFIED);
        assertThat(server.post(RESEND, "{}", BEARER).status()).isEqualTo(409);
        server.refuseWith(GrantRefusal.DISABLED);
        assertThat(server.post(RESEND, "{}", BEARER).status())
                .as("a user of another issuer")
                .isEqualTo(404);
    }

    @Test
    void unknown_link_and_plain_password_are_told_apart() {
        server.refuseWith(GrantRefusal.BAD_LINK);
        assertThat(server.post(VERIFY, LINK).body()).contains("{\"path\":\"/token\",\"rule\":\"unknown\"}");
        assertThat(server.post(CONFIRM, NEW_PASSWORD).status()).isEqualTo(403);
        server.refuseWith(GrantRefusal.WEAK_PASSWORD);
        assertThat(server.post(CONFIRM, NEW_PASSWORD).body())
                .contains("{\"path\":\"/newPassword\",\"rule\":\"strength\"}");
    }

    @Test
    void mails_for_new_passwords_count_like_logins_of_the_address_but_for_those_that_were_not_looked_for() {
        server.refuseWith(GrantRefusal.BUSY);
        assertThat(server.post(RESET, ADDRESS).status()).isEqualTo(503);

        server.accounts = any -> Future.succeededFuture(new GrantResult.Granted(ApiServer.grant(false)));
        List<Integer> statuses = IntStream.range(0, 6)
                .mapToObj(each -> server.post(RESET, "{\"email\":\"user-" + each + "@example.org\"}")
                        .status())
                .toList();
        assertThat(statuses).containsExactly(202, 202, 202, 202, 202, 429);
        assertThat(server.post(VERIFY, LINK).status()).isEqualTo(204);
        assertThat(server.post(CONFIRM, NEW_PASSWORD).status()).isEqualTo(204);
    }

    @Test
    void calls_are_not_there_without_accounts() throws Exception {
        Settings none = new Settings(false, Settings.STANDARD.cookie(), Require.COOKIE, 10_000, List.of());
        try (ApiServer other = new ApiServer(none)) {
            assertThat(other.post(RESET, ADDRESS).status()).isEqualTo(404);
            assertThat(other.post(VERIFY, LINK).status()).isEqualTo(404);
        }
    }
}
