package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.CloseCode;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two nodes does not reach Redis. Its clients only read, so that no refusal of a frame tells them. */
@Tag("faults")
class StoreCutIT {
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(14);
    private static final Duration SEVERAL_LOOKS = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final RedisProcess redis = RedisProcess.start();
    private final List<Integer> ports =
            Stream.generate(FreePort::find).distinct().limit(2).toList();
    private final List<ChatPeer> peers = new ArrayList<>();
    private CuttableProxy cable;
    private ForkedNode well;
    private ForkedNode cut;

    @BeforeEach
    void open() throws Exception {
        cable = CuttableProxy.to(redis.port());
        well = start(0, redis.uri());
        cut = start(1, "redis://127.0.0.1:" + cable.port());
    }

    @AfterEach
    void close() throws Exception {
        peers.forEach(ChatPeer::close);
        Stream.of(well, cut).filter(node -> node != null).forEach(ForkedNode::close);
        cable.close();
        redis.close();
    }

    @Test
    void idle_reader_is_sent_to_a_node_that_serves_and_the_node_serves_again_behind_the_cut() throws Exception {
        ChatPeer reader = enter(cut, "reader");
        reader.join("lobby");
        cable.stall();
        long cutAt = System.nanoTime();
        assertThat(cut.reachesReadiness(503)).isTrue();
        assertThat(reader.ended()).isEqualTo(CloseCode.RESTARTING.code());
        assertThat(Duration.ofNanos(System.nanoTime() - cutAt))
                .as("other nodes have expired its leases by then")
                .isGreaterThan(Duration.ofSeconds(8));
        ChatPeer elsewhere = enter(well, "reader");
        elsewhere.join("lobby");
        cable.pass();
        cut.awaitReadiness(200);
        ChatPeer back = enter(cut, "back");
        back.join("lobby");
        assertThat(elsewhere.say("lobby", "hello", "1").getString("type")).isEqualTo("ack");
        assertThat(back.next("chat").getString("content")).isEqualTo("hello");
    }

    @Test
    void sessions_stay_where_no_node_had_its_leases_also_if_the_store_comes_back_to_another_node_first()
            throws Exception {
        ChatPeer reader = enter(cut, "reader");
        ChatPeer writer = enter(well, "writer");
        reader.join("lobby");
        writer.join("lobby");
        redis.pause();
        cable.stall();
        try {
            elapse(LONGER_THAN_A_LEASE);
        } finally {
            redis.goOn();
        }
        well.awaitReadiness(200);
        elapse(SEVERAL_LOOKS);
        cable.pass();
        cut.awaitReadiness(200);
        assertThat(reader.isOpen()).isTrue();
        assertThat(writer.isOpen()).isTrue();
    }

    private static void elapse(Duration time) throws Exception {
        long begin = System.nanoTime();
        Await.until(() -> System.nanoTime() - begin >= time.toNanos());
    }

    private ChatPeer enter(ForkedNode node, String user) {
        ChatPeer peer = node.enter(user);
        peers.add(peer);
        return peer;
    }

    private ForkedNode start(int at, String store) throws Exception {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        return ForkedNode.generous(
                ForkedNode.configIn(folder),
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + store + "\"}}",
                "cluster.enabled=true",
                "cluster.port=" + ports.get(at),
                "cluster.bus.port=0",
                "cluster.members=" + members.encode(),
                "drain.windowMs=0",
                "drain.leaseLostWindowMs=0");
    }
}
