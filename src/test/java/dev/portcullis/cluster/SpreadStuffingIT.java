package dev.portcullis.cluster;

import static dev.portcullis.kit.ProxiedClient.PASSWORD;
import static dev.portcullis.kit.ProxiedClient.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.ProxiedClient;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients who spread stolen passwords and forged tokens over three nodes with one Redis. */
class SpreadStuffingIT {
    private static final int COUNT = 3;
    private static final int LOGINS = 25;

    private static RedisProcess redis;
    private static final List<TestNode> NODES = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        List<Integer> ports = Stream.generate(FreePort::find).limit(COUNT).toList();
        String members = ports.stream()
                .map(port -> "\"127.0.0.1:" + port + "\"")
                .toList()
                .toString();
        for (int port : ports) {
            NODES.add(TestNode.steady(
                    "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                    "store.kind=redis",
                    "store.redis.uri=" + redis.uri(),
                    "cluster.enabled=true",
                    "cluster.port=" + port,
                    "cluster.bus.port=0",
                    "cluster.members=" + members,
                    "http.trustedProxies=[\"127.0.0.1\"]",
                    "bans.sharedRanges=[\"203.0.113.0/24\"]",
                    "ratelimit.login=" + LOGINS,
                    "ratelimit.loginFailures=10",
                    "accounts.passwords.cost=10",
                    "auth.rejectWith=http"));
        }
    }

    @AfterAll
    static void stop() {
        TestNode.close(NODES);
        redis.close();
    }

    @Test
    void address_that_fails_for_twenty_accounts_on_all_nodes_together_is_kept_out_by_each() {
        String attacker = "192.0.2.1";
        for (int i = 0; i < 19; i++) {
            assertThat(at(i, attacker).logIn("victim" + i, WRONG).status()).isEqualTo(401);
        }

        assertRefusedUntilLater(at(19, attacker).logIn("victim19", WRONG));
        assertKeptOut(attacker);
        for (int node = 0; node < COUNT; node++) {
            assertThat(at(node, attacker).logIn("victim0", WRONG).status()).isEqualTo(403);
            assertThat(at(node, "192.0.2.2").logIn("victim0", WRONG).status()).isEqualTo(401);
        }
    }

    @Test
    void address_that_forges_ten_tokens_on_all_nodes_together_is_kept_out_by_each() {
        String attacker = "192.0.2.11";
        for (int i = 0; i < 9; i++) {
            ProxiedClient client = at(i, attacker);
            assertThat(client.handshake("bearer." + client.forged(i))).isEqualTo(401);
        }

        ProxiedClient crossing = at(9, attacker);
        assertRefusedUntilLater(crossing.upgrade("bearer." + crossing.forged(9)));
        assertKeptOut(attacker);
    }

    @Test
    void office_logs_in_more_often_than_one_address_may_and_its_accounts_keep_their_limit() {
        String office = "203.0.113.7";
        assertThat(at(0, office).register("newcomer").status()).isEqualTo(201);
        for (int i = 0; i < LOGINS + 5; i++) {
            assertThat(at(i, office).logIn("someone" + i, WRONG).status()).isEqualTo(401);
        }
        assertThat(at(1, office).logIn("newcomer", PASSWORD).status()).isEqualTo(200);

        for (int i = 0; i < 10; i++) {
            assertThat(at(i, office).logIn("guessed", WRONG).status()).isEqualTo(401);
        }
        assertThat(at(1, office).logIn("guessed", WRONG).status()).isEqualTo(429);
        assertThat(at(2, office).handshake()).isEqualTo(101);
    }

    private static void assertRefusedUntilLater(Reply crossing) {
        assertThat(crossing.status()).isEqualTo(429);
        assertThat(Integer.parseInt(crossing.header("Retry-After"))).isBetween(800, 900);
    }

    private static void assertKeptOut(String attacker) {
        for (int i = 0; i < COUNT; i++) {
            ProxiedClient client = at(i, attacker);
            assertThat(Await.until(() -> client.handshake() == 403)).isTrue();
            assertThat(client.handshake("bearer." + client.node().token("ann")))
                    .as("with a valid token")
                    .isEqualTo(101);
        }
    }

    private static ProxiedClient at(int turn, String address) {
        return new ProxiedClient(NODES.get(turn % COUNT), address);
    }
}
