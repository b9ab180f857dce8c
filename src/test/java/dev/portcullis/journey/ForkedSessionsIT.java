package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.StreamName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * After a fork a node restores exactly the sessions that the store lost, because a store that has just recovered is busy.
 * Only restored sessions are written with HSETNX.
 */
class ForkedSessionsIT {
    private static final int LANE = 17;
    private static final String ROOM = "lobby";

    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    private final RedisConsole operator = new RedisConsole(redis);

    @Test
    void fork_without_loss_restores_no_session() {
        try (TestNode node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri())) {
            List<String> users =
                    IntStream.range(0, 20).mapToObj(i -> "user-" + i).toList();
            List<JdkPeer> peers = enter(node, users);
            for (int renewal = 0; renewal < 2; renewal++) { // as below: then no session is as young as a renewal
                Map<String, String> leases = newestLeases(users);
                assertThat(Await.until(
                                () -> Collections.disjoint(newestLeases(users).entrySet(), leases.entrySet())))
                        .isTrue();
            }
            List<String> before = forks();
            operator.ask("CONFIG", "RESETSTAT");
            operator.ask("DEBUG", "CHANGE-REPL-ID");
            assertThat(Await.until(() -> noneIsOf(before)))
                    .as("each lane forked")
                    .isTrue();
            String forgotten = users.get(7); // its lane is deleted, to show that the node restores sessions at all
            operator.ask("DEL", ofLane(forgotten, "lane"), ofLane(forgotten, "leases"), sessionsOf(forgotten));
            assertThat(Await.until(() -> isRegistered(operator, forgotten))).isTrue();
            assertThat(restoredSessions(operator))
                    .isEqualTo(users.stream()
                            .filter(user -> laneOf(user) == laneOf(forgotten))
                            .count());
            assertThat(peers).allMatch(JdkPeer::isOpen);
            peers.forEach(JdkPeer::close);
        }
    }

    @Test
    void failover_to_a_lagging_replica_restores_only_the_lost_sessions() throws Exception {
        List<String> users = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "user-" + i)
                .filter(user -> laneOf(user) == LANE)
                .limit(6)
                .toList();
        List<String> kept = users.subList(0, 3);
        List<String> lost = users.subList(3, 6);
        try (RedisProcess second = RedisProcess.start();
                CuttableProxy line = CuttableProxy.to(redis.port());
                CuttableProxy replication = CuttableProxy.to(redis.port());
                TestNode node =
                        TestNode.steady("store.kind=redis", "store.redis.uri=redis://127.0.0.1:" + line.port())) {
            RedisConsole replica = new RedisConsole(second);
            replica.ask("REPLICAOF", "127.0.0.1", "" + replication.port());
            assertThat(Await.until(() -> replica.ask("INFO", "replication").contains("master_link_status:up")))
                    .isTrue();
            List<JdkPeer> old = enter(node, kept);
            awaitRenewal(replica); // the node knows its result before the second renewal, so these sessions are safe
            awaitRenewal(replica);
            awaitAllOf(operator, replica);
            replication.stall();
            List<JdkPeer> young = enter(node, lost);
            line.cut();
            replica.ask("REPLICAOF", "NO", "ONE");
            assertThat(kept).allMatch(user -> isRegistered(replica, user));
            assertThat(lost).noneMatch(user -> isRegistered(replica, user));
            replica.ask("CONFIG", "RESETSTAT");
            line.redirectTo(second.port());
            line.pass();
            assertThat(Await.until(() -> lost.stream().allMatch(user -> isRegistered(replica, user))))
                    .isTrue();
            assertThat(restoredSessions(replica)).isEqualTo(lost.size());
            for (JdkPeer peer : IntStream.range(0, 3)
                    .boxed()
                    .flatMap(i -> List.of(old.get(i), young.get(i)).stream())
                    .toList()) {
                assertThat(Await.until(() -> "ack".equals(say(peer)))).isTrue();
                peer.close();
            }
        }
    }

    private static List<JdkPeer> enter(TestNode node, List<String> users) {
        List<JdkPeer> peers = users.stream()
                .map(user -> JdkPeer.admitted(node.ws(), node.token(user)))
                .toList();
        peers.forEach(peer -> peer.next("auth_success"));
        peers.forEach(peer -> peer.join(ROOM));
        return peers;
    }

    private static String say(JdkPeer peer) {
        return peer.chat(ROOM, "x", "id" + System.nanoTime()).getString("type");
    }

    private List<String> forks() {
        return IntStream.range(0, Lanes.COUNT)
                .mapToObj(lane -> operator.ask("HGET", RedisKeys.of(lane, "lane"), "fork"))
                .toList();
    }

    private boolean noneIsOf(List<String> before) {
        List<String> now = forks();
        return IntStream.range(0, Lanes.COUNT).noneMatch(lane -> now.get(lane).equals(before.get(lane)));
    }

    /** Returns when the replica has a newer renewal of the node's lease. */
    private static void awaitRenewal(RedisConsole replica) {
        String before = newestLease(replica);
        assertThat(Await.until(() -> !newestLease(replica).equals(before))).isTrue();
    }

    private static String newestLease(RedisConsole redis) {
        return newestLease(redis, LANE);
    }

    private static String newestLease(RedisConsole redis, int lane) {
        return redis.ask("ZRANGE", RedisKeys.of(lane, "leases"), "-1", "-1", "WITHSCORES");
    }

    private Map<String, String> newestLeases(List<String> users) {
        return users.stream().collect(Collectors.toMap(user -> user, user -> newestLease(operator, laneOf(user))));
    }

    /** Returns when the replica has everything that its master has now. */
    private static void awaitAllOf(RedisConsole master, RedisConsole replica) {
        long wanted = offset(master, "master_repl_offset");
        assertThat(Await.until(() -> offset(replica, "slave_repl_offset") >= wanted))
                .isTrue();
    }

    private static long offset(RedisConsole redis, String name) {
        return number(redis.ask("INFO", "replication"), name + ":(\\d+)");
    }

    private static long restoredSessions(RedisConsole redis) {
        return number(redis.ask("INFO", "commandstats"), "cmdstat_hsetnx:calls=(\\d+)");
    }

    private static long number(String info, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(info);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static boolean isRegistered(RedisConsole redis, String user) {
        return redis.count("EXISTS", sessionsOf(user)) == 1;
    }

    private static String sessionsOf(String user) {
        return RedisKeys.of(laneOf(user), "s", user);
    }

    private static String ofLane(String user, String part) {
        return RedisKeys.of(laneOf(user), part);
    }

    private static int laneOf(String user) {
        return StreamName.inbox(new UserId(user)).lane();
    }
}
