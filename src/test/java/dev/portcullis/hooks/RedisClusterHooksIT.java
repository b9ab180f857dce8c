package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks on a Redis Cluster that is configured to continue without one of its masters. */
@ExtendWith(VertxExtension.class)
class RedisClusterHooksIT {
    private static final int DEAD = 2;
    private static final int ALIVE = 1;

    private RedisCluster cluster;

    @BeforeEach
    void start() {
        cluster = RedisCluster.start();
        IntStream.range(0, 3)
                .forEach(master -> console(master).ask("CONFIG", "SET", "cluster-require-full-coverage", "no"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void lost_master_holds_up_no_events_of_the_lanes_of_others(Vertx vertx) throws Exception {
        String room = at(name -> StreamName.room(new RoomId(name)));
        String ann = at(name -> StreamName.inbox(new UserId(name)));
        try (Receiver receiver = new Receiver(vertx);
                TestNode node = TestNode.steady(
                        "store.kind=redis",
                        "store.redis.topology=cluster",
                        "store.redis.uri=" + cluster.uri(),
                        "hooks.http.url=" + receiver.url(),
                        "hooks.http.secret=" + Receiver.SECRET,
                        "hooks.pollMs=20");
                JdkPeer peer = JdkPeer.withToken(node.ws(), node.token(ann, room))) {
            peer.next("auth_success");
            peer.join(room);
            peer.say(room, "before", "1");
            receiver.await("room:" + room, 2);
            receiver.await("user:" + ann, 1);

            cluster.master(DEAD).kill();
            assertThat(Await.until(() -> console(ALIVE).ask("CLUSTER", "NODES").contains("master,fail")))
                    .isTrue();
            peer.say(room, "after", "2");

            List<JsonObject> told = receiver.await("room:" + room, 3);
            assertThat(told.get(2).getJsonObject("data").getString("content")).isEqualTo("after");
        }
    }

    /** A name whose lane the other master has. */
    private String at(Function<String, StreamName> stream) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "name" + i)
                .filter(name -> cluster.ownerOf(slotOf(stream.apply(name).lane())) == ALIVE)
                .findFirst()
                .orElseThrow();
    }

    private int slotOf(int lane) {
        return Integer.parseInt(console(ALIVE)
                .ask("CLUSTER", "KEYSLOT", RedisKeys.of(lane, "lane"))
                .trim());
    }

    private RedisConsole console(int master) {
        return new RedisConsole(cluster.master(master));
    }
}
