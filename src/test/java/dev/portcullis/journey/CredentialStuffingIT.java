package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients behind a proxy try stolen passwords and forged tokens, beside others who do not. */
class CredentialStuffingIT {
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final String WRONG = "Wrong-Horse-7x";

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
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply crossing = peer.upgrade(lines(attacker, "bearer." + forged(9)));
            assertThat(crossing.status()).isEqualTo(429);
            assertThat(crossing.header("Retry-After")).isEqualTo("900");
        }
        assertThat(Await.until(() -> handshake(attacker) == 403)).isTrue();
        assertThat(handshake(attacker, "bearer." + forged(10))).isEqualTo(403);
        assertThat(handshake(attacker, "bearer." + valid)).as("a valid token").isEqualTo(101);
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

    private static String register(String address, String name) {
        JsonObject body = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.org")
                .put("password", PASSWORD);
        Reply reply = post(address, "/api/auth/register", body);
        assertThat(reply.status()).isEqualTo(201);
        return new JsonObject(reply.body()).getString("accessToken");
    }

    private static Reply logIn(String address, String name, String password) {
        return post(
                address,
                "/api/auth/login",
                new JsonObject().put("email", name + "@example.org").put("password", password));
    }

    private static Reply post(String address, String path, JsonObject body) {
        String text = body.encode();
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("POST " + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Forwarded-For: "
                    + address + "\r\nContent-Type: application/json\r\nContent-Length: " + text.length() + "\r\n\r\n"
                    + text);
        }
    }

    private static int handshake(String address, String... subprotocols) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade(lines(address, subprotocols)).status();
        }
    }

    private static String[] lines(String address, String... subprotocols) {
        String offered = String.join(", ", List.of(subprotocols));
        return new String[] {
            "X-Forwarded-For: " + address,
            "Sec-WebSocket-Protocol: portcullis.v1" + (offered.isEmpty() ? "" : ", " + offered)
        };
    }

    /** A token of a user who exists, with the signature of no key. */
    private static String forged(int i) {
        String good = node.token("ann");
        return good.substring(0, good.lastIndexOf('.') + 1) + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                + (char) ('A' + i % 26) + "A";
    }
}
