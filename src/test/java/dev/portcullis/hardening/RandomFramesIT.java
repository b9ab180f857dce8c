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
 * Sends thousands of valid, damaged and random frames to a node. It answers each as the protocol page says, never with
 * {@code internal}, and closes only for violations of framing.
 */
class RandomFramesIT {
    private static final int CONNECTIONS = 4;
    private static final int FRAMES = 1_000;

    /** With those of the node, limits so high that no frame is refused for them. */
    private static final String[] UNLIMITED = {
        "limits.controlFrames=10000",
        "sessions.max=1000" // the session after a violation may begin before the last one has ended
    };

    @Test
    void random_frame_is_answered_as_the_protocol_page_says_and_the_node_keeps_serving() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        System.out.println("portcullis.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try (TestNode node = TestNode.generous(UNLIMITED)) {
            List<Future<Set<FramingViolation>>> all = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                RandomPeer peer = new RandomPeer(node, "user-" + i, new Random(seed + i));
                all.add(threads.submit(() -> peer.send(FRAMES)));
            }
            Set<FramingViolation> committed = EnumSet.noneOf(FramingViolation.class);
            for (Future<Set<FramingViolation>> each : all) {
                committed.addAll(each.get(300, TimeUnit.SECONDS));
            }
            assertThat(committed).as("every violation was tried").hasSameSizeAs(FramingViolation.values());
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
