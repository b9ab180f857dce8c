package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Thousands of frames that a client would send, or nearly so, through a running server: it answers each as the tables
 * say, never with {@code internal}, and closes for nothing but broken framing.
 */
class RandomFramesTest {
    private static final int CONNECTIONS = 4;
    private static final int FRAMES = 1_000;

    /** Every limit out of the way: whatever is refused here is refused for what it is. */
    private static final String[] UNLIMITED = {
        "ratelimit.actions={\"join\": 1000000, \"history\": 1000000, \"typing_indicator\": 1000000, \"read\": 1000000,"
                + " \"file_upload\": 1000000}",
        "limits.controlFrames=10000",
        "sessions.max=1000" // each breach is followed by another session, perhaps before the last one is over
    };

    @Test
    void whatever_is_sent_is_answered_by_the_table_and_the_server_lives_on() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        System.out.println("portcullis.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try (TestNode node = TestNode.generous(UNLIMITED)) {
            List<Future<Set<Breach>>> all = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                RandomPeer peer = new RandomPeer(node, "user-" + i, new Random(seed + i));
                all.add(threads.submit(() -> peer.send(FRAMES)));
            }
            Set<Breach> committed = EnumSet.noneOf(Breach.class);
            for (Future<Set<Breach>> each : all) {
                committed.addAll(each.get(300, TimeUnit.SECONDS));
            }
            assertThat(committed).as("every way to break framing was tried").hasSameSizeAs(Breach.values());
            try (ChatPeer fresh = node.enter("fresh")) {
                fresh.join("lobby");
                assertThat(fresh.chat("lobby", "still alive", "f1").getString("type"))
                        .isEqualTo("ack");
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
