package dev.portcullis.hardening;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attackers, each at an address of its own, leave bodies of their Socket.IO sessions unfinished. If these held the memory that
 * they announce, or kept what they have, no other client could send a body (CWE-770).
 */
class UnfinishedBodiesIT {
    /** The least that a node is served with: a smaller memory is sooner full. */
    private static final int MEMORY = 16_777_216;

    /** Bodies have a quarter of it, of which so much is full once they have begun to give way. */
    private static final int FULL = MEMORY / 16 * 3;

    private static final int PER_USER = 5;
    private static final int PER_ADDRESS = 16;
    private static final int OF_USER = 65_536;
    private static final int BEFORE_CONNECT = 17_408;
    private static final int TIMES = 10;
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final String HOME = "127.0.0.1";

    private final List<RawPeer> peers = new ArrayList<>();
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.generous(
                "limits.bufferedBytesPerNode=" + MEMORY,
                "limits.acceptsPerSecond=100000",
                "http.handshakeMs=600000", // of the connections of the test, which last
                "http.callMs=600000",
                "http.bodyMs=60000",
                "auth.messageTimeoutMs=60000",
                "accounts.passwords.cost=10",
                "admin.apiKey=" + Gauges.KEY);
    }

    @AfterEach
    void stop() {
        peers.forEach(RawPeer::close);
        node.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void bodies_of_users_that_are_announced_and_not_sent_cost_the_others_nothing(int attackers) {
        Honest honest = new Honest();
        List<Client> slow = new ArrayList<>();
        for (int i = 0; i < attackers; i++) {
            for (int j = 0; j < PER_USER; j++) {
                Client client = new Client(addressOf(i)).connect(node.token("attacker" + i));
                client.announce(OF_USER);
                slow.add(client);
            }
        }
        honest.isServed(addressOf(0));
        slow.forEach(each -> each.peer.write(new byte[] {'4'}));
        honest.isServed(addressOf(0));
        assertThat(slow).as("none had to give way").noneMatch(Client::isAnswered);
        assertThat(buffered()).isLessThan(MEMORY / 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void bodies_of_users_that_have_come_but_for_a_byte_give_way_to_those_of_users_who_have_less(int attackers) {
        Honest honest = new Honest();
        for (int i = 0; i < attackers; i++) {
            for (int j = 0; j < PER_USER; j++) {
                Client client = new Client(addressOf(i)).connect(node.token("attacker" + i));
                client.announce(OF_USER);
                client.send(OF_USER - 1);
            }
        }
        awaitBuffered(2L * attackers * PER_USER * (OF_USER - 1));
        honest.isServed(addressOf(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void bodies_without_a_user_give_way_to_those_of_addresses_and_users_who_have_less(int attackers) {
        Honest honest = new Honest();
        for (int i = 0; i < attackers; i++) {
            for (int j = 0; j < PER_ADDRESS; j++) {
                Client client = new Client(addressOf(i));
                client.announce(BEFORE_CONNECT);
                client.send(BEFORE_CONNECT - 1);
            }
        }
        awaitBuffered(2L * attackers * PER_ADDRESS * (BEFORE_CONNECT - 1));
        honest.isServed(addressOf(0));
    }

    /** Twice as many as connections may be open without an upgrade, of the address that all share or of the node. */
    @ParameterizedTest
    @CsvSource({"1, true", "10, true", "100, true", "1, false", "10, false", "100, false"})
    void bodies_of_calls_that_never_come_keep_out_no_newcomer(int attackers, boolean sameAddress) {
        node.close();
        node = TestNode.generous(
                (sameAddress ? "limits.pendingConnectionsPerIp=" : "limits.pendingConnectionsPerNode=")
                        + attackers * PER_ADDRESS / 2,
                "limits.acceptsPerSecond=100000",
                "http.callMs=600000",
                "http.bodyMs=60000");
        int waiting = 0;
        for (int i = 0; i < attackers; i++) {
            for (int j = 0; j < PER_ADDRESS; j++) {
                waiting += waitsForBody(sameAddress ? HOME : addressOf(i), node.token("attacker" + i)) ? 1 : 0;
            }
        }
        assertThat(waiting).as("the attack goes on").isGreaterThanOrEqualTo(attackers * PER_ADDRESS / 2);

        String ann = "Authorization: Bearer " + node.token("ann");
        assertThat(Await.until(
                        () -> statusOf("GET /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\n" + ann + "\r\n\r\n") == 200))
                .as("a call")
                .isTrue();
        assertThat(Await.until(() -> upgraded(ann))).as("a handshake").isTrue();
    }

    private boolean waitsForBody(String address, String token) {
        try {
            RawPeer peer = RawPeer.over(from(address));
            peers.add(peer);
            return peer.request("POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 20\r\n"
                                    + "Expect: 100-continue\r\n\r\n")
                            .status()
                    == 100;
        } catch (UncheckedIOException closed) {
            return false; // as there is no older one that it may displace
        }
    }

    private int statusOf(String request) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(request).status();
        } catch (UncheckedIOException closed) {
            return 0;
        }
    }

    private boolean upgraded(String authorization) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return Upgrade.of(authorization).from(peer).status() == 101;
        } catch (UncheckedIOException closed) {
            return false;
        }
    }

    private static String addressOf(int attacker) {
        return "127.1." + attacker + ".1";
    }

    private void awaitBuffered(long sent) {
        assertThat(Await.until(() -> buffered() >= Math.min(sent, FULL)))
                .as("the attack goes on")
                .isTrue();
    }

    private double buffered() {
        return Gauges.scrape(node)
                .lines()
                .filter(line ->
                        line.startsWith("portcullis_buffered_bytes ") || line.startsWith("portcullis_buffered_bytes{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A user who was there before, and logs in at one address and another. */
    private final class Honest {
        private final Client client = new Client(HOME).connect(node.token("ann"));
        private final JsonObject login =
                new JsonObject().put("email", "ben@example.org").put("password", PASSWORD);

        Honest() {
            assertThat(post(HOME, "register", login.copy().put("username", "ben")))
                    .isEqualTo(201);
        }

        void isServed(String attacked) {
            String large = "42[\"ping\",{\"id\":\"" + "x".repeat(20_000) + "\"}]";
            for (int i = 0; i < TIMES; i++) {
                assertThat(client.post(large).status())
                        .as("a POST of a session")
                        .isEqualTo(200);
                assertThat(post(HOME, "login", login)).as("a login").isEqualTo(200);
            }
            assertThat(post(attacked, "login", login))
                    .as("a login at an address of attackers")
                    .isEqualTo(200);
            assertThat(new Client(attacked)
                            .connect(node.token("cleo"))
                            .post(large)
                            .status())
                    .as("of a session from there")
                    .isEqualTo(200);
        }

        private int post(String address, String path, JsonObject body) {
            try (RawPeer peer = RawPeer.over(from(address))) {
                String text = body.encode();
                return peer.request("POST /api/auth/" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                + "Content-Type: application/json\r\nContent-Length: " + text.length() + "\r\n\r\n"
                                + text)
                        .status();
            }
        }
    }

    /** A session of Socket.IO by polls, on one connection. */
    private final class Client {
        private final Socket socket;
        private final RawPeer peer;
        private final String path;

        Client(String address) {
            socket = from(address);
            peer = RawPeer.over(socket);
            peers.add(peer);
            path = "/socket.io/?EIO=4&transport=polling&sid="
                    + new JsonObject(get("/socket.io/?EIO=4&transport=polling").substring(1)).getString("sid");
        }

        Client connect(String token) {
            assertThat(post("40" + new JsonObject().put("token", token).encode())
                            .status())
                    .isEqualTo(200);
            assertThat(Await.until(() -> get(path).contains("auth_success"))).isTrue();
            return this;
        }

        Reply post(String body) {
            return peer.request(head(body.length(), "") + body);
        }

        /** Returns once the node waits for the body. */
        void announce(int bytes) {
            assertThat(peer.request(head(bytes, "Expect: 100-continue\r\n")).status())
                    .isEqualTo(100);
        }

        void send(int bytes) {
            try {
                peer.write("4".repeat(bytes).getBytes(US_ASCII));
            } catch (UncheckedIOException gaveWay) {
                // as many of the attackers' bodies do
            }
        }

        boolean isAnswered() {
            try {
                return socket.getInputStream().available() > 0;
            } catch (IOException closed) {
                return true;
            }
        }

        private String get(String target) {
            Reply reply = peer.request("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            return reply.body();
        }

        private String head(int length, String more) {
            return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\n" + more
                    + "Content-Length: " + length + "\r\n\r\n";
        }
    }

    private Socket from(String address) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), node.port(), InetAddress.getByName(address), 0);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
