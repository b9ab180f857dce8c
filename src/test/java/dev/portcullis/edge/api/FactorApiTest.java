package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.ConfirmFactor;
import dev.portcullis.auth.account.Accounts.FactorStatus;
import dev.portcullis.auth.account.Accounts.RemoveFactor;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls of the second factor over HTTP. The accounts behind them answer what the test says. */
class FactorApiTest {
    private static final String TOTP = "/api/auth/totp";
    private static final String CONFIRM = TOTP + "/confirm";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String PASSWORD = "{\"password\":\"Passw0rd-long\"}";
    private static final String CODE = "{\"code\":\"123456\"}";
    private static final String BOTH = "{\"password\":\"Passw0rd-long\",\"code\":\"123456\"}";
    private static final UserId ANN = new UserId("u:ann");

    private ApiServer server;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Reply remove(String body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 1, headers.length);
        all[0] = "Content-Type: application/json";
        return server.call("DELETE", TOTP, Optional.of(body), all);
    }

    @Test
    void factor_is_begun_confirmed_and_removed() {
        Reply begun = server.post(TOTP, PASSWORD, BEARER);
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.body()).isEqualTo("{\"secret\":\"SECRET\",\"uri\":\"otpauth://totp/x\"}");
        assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
        Reply confirmed = server.post(CONFIRM, CODE, BEARER);
        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(confirmed.body()).isEqualTo("{\"recoveryCodes\":[\"one\",\"two\"]}");
        assertThat(remove(BOTH, BEARER).status()).isEqualTo(204);
        assertThat(server.asked)
                .containsExactly(
                        new BeginFactor(ANN, "Passw0rd-long"),
                        new ConfirmFactor(ANN, "123456"),
                        new RemoveFactor(ANN, "Passw0rd-long", "123456"));
        assertThat(server.events.all())
                .extracting(each -> each.get("event"))
                .containsExactly("auth.factor.added", "auth.factor.removed");
        assertThat(server.events.all().toString()).doesNotContain("SECRET", "123456", "one");
    }

    @Test
    void status_is_shown_to_its_user_only() {
        server.factor = Optional.of(new FactorStatus(true, 7));
        assertThat(server.call("GET", TOTP, Optional.empty(), BEARER).body())
                .isEqualTo("{\"enabled\":true,\"recoveryCodes\":7}");
        assertThat(server.call("GET", TOTP, Optional.empty()).status()).isEqualTo(401);
        server.factor = Optional.empty();
        assertThat(server.call("GET", TOTP, Optional.empty(), BEARER).status())
                .as("a user of another issuer")
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_CREDENTIALS, 401, wrong_credentials",
        "WRONG_CODE, 401, second_factor_required",
        "SECOND_FACTOR_EXISTS, 409, conflict",
        "BUSY, 503, unavailable",
        "DISABLED, 404, not_found"
    })
    void refusal_has_one_status_and_reason(GrantRefusal why, int status, String reason) {
        server.refuseWith(why);
        for (Reply reply : List.of(
                server.post(TOTP, PASSWORD, BEARER), server.post(CONFIRM, CODE, BEARER), remove(BOTH, BEARER))) {
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.body()).contains("\"reason\":\"" + reason + "\"");
        }
    }

    @Test
    void removal_needs_password_and_code_and_each_call_its_user() {
        assertThat(remove(PASSWORD, BEARER).status()).isEqualTo(400);
        assertThat(remove(CODE, BEARER).status()).isEqualTo(400);
        assertThat(remove(BOTH).status()).isEqualTo(401);
        assertThat(server.post(TOTP, PASSWORD).status()).isEqualTo(401);
        assertThat(server.post(CONFIRM, CODE).status()).isEqualTo(401);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void guesses_with_a_stolen_token_share_one_limit() {
        server.refuseWith(GrantRefusal.WRONG_CODE);
        List<Integer> statuses = IntStream.range(0, 6)
                .boxed()
                .flatMap(each -> List.of(server.post(CONFIRM, CODE, BEARER), remove(BOTH, BEARER)).stream())
                .map(Reply::status)
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
        assertThat(server.asked).hasSize(10);
    }
}
