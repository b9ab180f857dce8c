package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The defence as a weapon: a page, a colleague or a stranger tries to get somebody else limited, banned or locked out. Limits
 * and thresholds are those of the protocol.
 */
class DefenceAbuseIT {
    private static final String OWN_PAGE = "http://localhost:3000";
    private static final String FOREIGN_PAGE = "https://evil.example";
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final int TRIES = 60;

    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start("http.trustedProxies=[\"127.0.0.1\"]", "accounts.passwords.cost=10");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void foreign_page_in_a_victims_browser_counts_nothing_against_the_victim() {
        String victim = "192.0.2.50";
        for (int i = 0; i < TRIES; i++) {
            assertThat(handshake(victim, FOREIGN_PAGE, "bearer.a.b." + i)).isEqualTo(403);
            assertThat(handshake(victim, FOREIGN_PAGE)).isEqualTo(403);
            assertThat(logIn(victim, FOREIGN_PAGE, "someone" + i, "Wrong-Horse-7x")
                            .status())
                    .isEqualTo(403);
            assertThat(get(victim, FOREIGN_PAGE, "/%3Cscript%3Ealert(1)%3C/script%3E?q=' OR 1=1 --"))
                    .isIn(400, 404);
        }

        assertThat(register(victim, "ann").status()).isEqualTo(201);
        assertThat(handshake(victim, OWN_PAGE)).isEqualTo(101);
        assertThat(handshake(victim, OWN_PAGE, "bearer." + node.token("ann"))).isEqualTo(101);
    }

    @Test
    void fifty_users_behind_one_address_chat_while_a_colleague_misbehaves() {
        List<ChatPeer> colleagues = new ArrayList<>();
        try (ChatPeer mallory = node.enter("mallory")) {
            for (int i = 0; i < 25; i++) {
                colleagues.add(node.enter("colleague" + i));
            }
            for (int i = 0; i < 20; i++) {
                mallory.ask(new JsonObject().put("type", "nonsense").put("id", "n" + i));
            }
            for (int i = 0; i < TRIES; i++) { // their own address, that of the test
                handshake("127.0.0.1", OWN_PAGE, "bearer.a.b." + i);
            }
            for (int i = 25; i < 50; i++) {
                colleagues.add(node.enter("colleague" + i));
            }
            for (ChatPeer each : colleagues) {
                each.join("lobby");
                assertThat(each.ask(new JsonObject()
                                        .put("type", "chat")
                                        .put("id", "hello")
                                        .put("roomId", "lobby")
                                        .put("content", "hi"))
                                .getString("type"))
                        .isEqualTo("ack");
            }
        } finally {
            colleagues.forEach(ChatPeer::close);
        }
    }

    @Test
    void strangers_who_fail_in_a_users_name_lock_out_no_one_but_themselves() {
        String home = "192.0.2.60";
        JsonObject account = new JsonObject(register(home, "bob").body());
        for (int i = 0; i < 12; i++) {
            assertThat(logIn("198.51.100." + i, OWN_PAGE, "bob", "Wrong-Horse-7x")
                            .status())
                    .isIn(401, 429);
        }
        assertThat(logIn("198.51.100.99", OWN_PAGE, "bob", "Wrong-Horse-7x").status())
                .as("a stranger")
                .isEqualTo(429);

        assertThat(logIn(home, OWN_PAGE, "bob", PASSWORD).status())
                .as("at home")
                .isEqualTo(200);
        assertThat(handshake("198.51.100.200", OWN_PAGE, "bearer." + account.getString("accessToken")))
                .as("on the way, with the token of before")
                .isEqualTo(101);
    }

    @Test
    void proxy_that_is_not_configured_is_limited_itself_and_names_no_one() {
        try (TestNode bare = TestNode.start("ratelimit.handshakes.minute=10")) {
            for (int i = 0; i < 10; i++) {
                assertThat(handshake(bare, "192.0.2.70", OWN_PAGE)).isEqualTo(101);
            }
            assertThat(handshake(bare, "192.0.2.71", OWN_PAGE))
                    .as("another name")
                    .isEqualTo(429);
            assertThat(Await.until(() -> handshake(bare, "192.0.2.72", OWN_PAGE, "bearer." + bare.token("ann")) == 101))
                    .as("a user with a token")
                    .isTrue();
        }
    }

    private Reply register(String address, String name) {
        return post(
                address,
                OWN_PAGE,
                "/api/auth/register",
                new JsonObject()
                        .put("username", name)
                        .put("email", name + "@example.org")
                        .put("password", PASSWORD));
    }

    private Reply logIn(String address, String page, String name, String password) {
        return post(
                address,
                page,
                "/api/auth/login",
                new JsonObject().put("email", name + "@example.org").put("password", password));
    }

    private Reply post(String address, String page, String path, JsonObject body) {
        String text = body.encode();
        return request("POST " + path + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: "
                + text.length() + "\r\n" + common(address, page) + "\r\n" + text);
    }

    private int get(String address, String page, String target) {
        return request("GET " + target.replace(" ", "%20") + " HTTP/1.1\r\n" + common(address, page) + "\r\n")
                .status();
    }

    private Reply request(String text) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(text);
        }
    }

    private static String common(String address, String page) {
        return "Host: 127.0.0.1\r\nConnection: close\r\nUser-Agent: Mozilla/5.0\r\nX-Forwarded-For: " + address
                + "\r\nOrigin: " + page + "\r\n";
    }

    private int handshake(String address, String page, String... subprotocols) {
        return handshake(node, address, page, subprotocols);
    }

    private static int handshake(TestNode at, String address, String page, String... subprotocols) {
        String offered = String.join(", ", subprotocols);
        try (RawPeer peer = RawPeer.to(at.port())) {
            return peer.upgrade(
                            "X-Forwarded-For: " + address,
                            "Origin: " + page,
                            "User-Agent: Mozilla/5.0",
                            "Sec-WebSocket-Protocol: portcullis.v1" + (offered.isEmpty() ? "" : ", " + offered))
                    .status();
        }
    }
}
