package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Handshakes that come while many others are under way. */
class AdmissionIT {
    private static final int CLIENTS = 2 * AdmissionPace.MOST;
    private static final Pattern WAITING = Pattern.compile("(?m)^portcullis_handshakes_waiting (\\S+)$");

    @Test
    void handshake_waits_while_the_store_takes_long_for_others_and_is_answered_once_it_does_not() {
        try (RedisProcess redis = RedisProcess.start();
                TestNode node = TestNode.steady(
                        "admin.apiKey=" + Gauges.KEY,
                        "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}")) {
            redis.pause();
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String token = node.token("user-" + i);
                answers.add(CompletableFuture.supplyAsync(() -> status(node, token), task -> new Thread(task).start()));
            }
            assertThat(Await.until(() -> waiting(node) > 0)).as("some wait").isTrue();
            redis.goOn();
            assertThat(answers.stream().map(CompletableFuture::join))
                    .as("admitted, or refused where the store was too late")
                    .isSubsetOf(101, 503)
                    .contains(101);
            assertThat(Await.until(() -> waiting(node) == 0)).as("none waits").isTrue();
        }
    }

    private static double waiting(TestNode node) {
        Matcher found = WAITING.matcher(Gauges.scrape(node));
        return found.find() ? Double.parseDouble(found.group(1)) : -1;
    }

    private static int status(TestNode node, String token) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("Authorization: Bearer " + token).status();
        }
    }
}
