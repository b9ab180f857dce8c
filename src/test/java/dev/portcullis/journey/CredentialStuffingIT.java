package dev.portcullis.journey;

import static dev.portcullis.kit.ProxiedClient.PASSWORD;
import static dev.portcullis.kit.ProxiedClient.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ProxiedClient;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients behind a proxy try stolen passwords and forged tokens, beside others who do not. */
class CredentialStuffingIT {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.generous(
                "accounts.passwords.cost=10",
                "http.trustedProxies=[\"127.0.0.1\"]",
                "bans.sharedRanges=[\"203.0.113.0/24\"]",
                "auth.rejectWith=http");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void address_that_fails_for_twenty_accounts_is_told_to_wait_and_then_kept_out_and_no_other_is() {
        String attacker = "192.0.2.1";
        String token = register(attacker, "eve");
        for (int i = 0; i < 19; i++) {
            assertThat(logIn(attacker, "victim" + i, WRONG).status()).isEqualTo(401);
        }
        assertThat(logIn(attacker, "victim3", WRONG).status()).as("again").isEqualTo(401);
        assertThat(logIn("192.0.2.2", "victim19", WRONG).status()).isEqualTo(401);

        Reply crossing = logIn(attacker, "victim19", WRONG);
        assertThat(crossing.status()).isEqualTo(429);
        assertThat(Integer.parseInt(crossing.header("Retry-After"))).isEqualTo(900);

        assertThat(Await.until(() -> handshake(attacker) == 403)).isTrue();
        assertThat(logIn(attacker, "eve", PASSWORD).status()).isEqualTo(403);
        assertThat(handshake(attacker, "bearer." + token))
                .as("with a valid token")
                .isEqualTo(101);
        assertThat(handshake("192.0.2.2")).isEqualTo(101);
        assertThat(logIn("192.0.2.2", "victim19", WRONG).status()).isEqualTo(401);
    }

    @Test
    void address_that_presents_ten_forged_tokens_is_told_to_wait_and_then_kept_out() {
        String attacker = "192.0.2.11";
        String valid = node.token("ann");
        for (int i = 0; i < 9; i++) {
            assertThat(handshake(attacker, "bearer." + forged(i))).isEqualTo(401);
        }
        Reply crossing = at(attacker).upgrade("bearer." + forged(9));
        assertThat(crossing.status()).isEqualTo(429);
        assertThat(crossing.header("Retry-After")).isEqualTo("900");
        assertThat(Await.until(() -> handshake(attacker) == 403)).isTrue();
        assertThat(handshake(attacker, "bearer." + forged(10))).isEqualTo(403);
        assertThat(handshake(attacker, "bearer." + valid)).as("a valid token").isEqualTo(101);
    }

    @Test
    void auth_frame_with_one_forged_token_too_many_is_told_to_wait_before_it_is_closed() {
        String attacker = "192.0.2.41";
        for (int i = 0; i < 9; i++) {
            Ending refused = at(attacker).refusedAuth(forged(i), "f" + i);
            assertThat(refused.code()).isEqualTo(4003);
            assertThat(refused.words())
                    .singleElement()
                    .satisfies(word -> assertThat(word.getString("type")).isEqualTo("auth_failure"));
        }
        Ending crossing = at(attacker).refusedAuth(forged(9), "f9");
        assertThat(crossing.code()).isEqualTo(4003);
        assertThat(crossing.words())
                .containsExactly(new JsonObject()
                        .put("type", "rate_limited")
                        .put("id", "f9")
                        .put("scope", "ip")
                        .put("window", "minute")
                        .put("retryAfter", 900_000)
                        .put("remaining", 0));
        assertThat(Await.until(() -> handshake(attacker) == 403)).isTrue();
        assertThat(handshake(attacker, "bearer." + node.token("ann"))).isEqualTo(101);
    }

    @Test
    void office_behind_one_address_is_not_limited_by_a_colleague() {
        String office = "203.0.113.7";
        for (int i = 0; i < 25; i++) {
            assertThat(logIn(office, "someone" + i, WRONG).status()).isEqualTo(401);
            assertThat(handshake(office, "bearer." + forged(i))).isEqualTo(401);
        }
        assertThat(handshake(office)).isEqualTo(101);
        register(office, "newcomer");
        assertThat(logIn(office, "newcomer", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void forged_header_of_a_client_that_is_no_proxy_bans_none_but_itself() {
        for (int i = 0; i < 25; i++) { // the rightmost hop is what the proxy saw
            assertThat(logIn("198.51.100." + i + ", 192.0.2.31", "person" + i, WRONG)
                            .status())
                    .isIn(401, 429, 403);
        }
        assertThat(Await.until(() -> handshake("192.0.2.31") == 403)).isTrue();
        for (int i = 0; i < 25; i++) {
            assertThat(handshake("198.51.100." + i)).isEqualTo(101);
        }
    }

    private static ProxiedClient at(String address) {
        return new ProxiedClient(node, address);
    }

    private static String register(String address, String name) {
        Reply reply = at(address).register(name);
        assertThat(reply.status()).isEqualTo(201);
        return new JsonObject(reply.body()).getString("accessToken");
    }

    private static Reply logIn(String address, String name, String password) {
        return at(address).logIn(name, password);
    }

    private static int handshake(String address, String... subprotocols) {
        return at(address).handshake(subprotocols);
    }

    private static String forged(int i) {
        return at("127.0.0.1").forged(i);
    }
}
