package dev.portcullis.journey;

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node on a Redis Cluster that is configured to continue without one of its masters. */
class LostMasterIT {
    private static final int DEAD = 2;
    private static final int ALIVE = 1;

    private final HttpClient http = HttpClient.newHttpClient();
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
    void lost_master_affects_only_users_of_its_lanes_and_the_node_stays_ready() {
        String room = at(ALIVE, "room", name -> StreamName.room(new RoomId(name)));
        String lucky = at(ALIVE, "lucky", name -> StreamName.inbox(new UserId(name)));
        String unlucky = at(DEAD, "unlucky", name -> StreamName.inbox(new UserId(name)));
        try (TestNode node = TestNode.steady(
                        "store.kind=redis", "store.redis.topology=cluster", "store.redis.uri=" + cluster.uri());
                JdkPeer one = JdkPeer.admitted(node.ws(), node.token(lucky, room));
                JdkPeer other = JdkPeer.admitted(node.ws(), node.token(unlucky, room))) {
            one.next("auth_success");
            other.next("auth_success");
            one.join(room);
            other.join(room);
            assertThat(other.say(room, "x", "first").getString("type")).isEqualTo("ack");
            cluster.master(DEAD).kill();
            assertThat(Await.until(() -> readiness(node).body().contains("\"store\":\"degraded\"")))
                    .isTrue();
            assertThat(other.chat(room, "x", "second").getString("reason")).isEqualTo("unavailable");
            for (int i = 0; i < 5; i++) {
                assertThat(one.say(room, "x", "m" + i).getString("type")).isEqualTo("ack");
            }
            assertThat(Await.until(() -> readiness(node).statusCode() == 200)).isTrue();
            assertThat(readiness(node).body()).contains("\"store\":\"degraded\"");
        }
    }

    private String at(int master, String word, Function<String, StreamName> stream) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> word + i)
                .filter(name -> cluster.ownerOf(slotOf(stream.apply(name).lane())) == master)
                .findFirst()
                .orElseThrow();
    }

    private int slotOf(int lane) {
        return Integer.parseInt(console(ALIVE).ask("CLUSTER", "KEYSLOT", RedisKeys.of(lane, "lane")));
    }

    private RedisConsole console(int master) {
        return new RedisConsole(cluster.master(master));
    }

    private HttpResponse<String> readiness(TestNode node) {
        try {
            return http.send(HttpRequest.newBuilder(node.admin("/health/ready")).build(), BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
