package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The store does not answer: nobody is told that it is their own fault. */
class SilentStoreTest {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Test
    void who_knocks_without_a_good_token_is_told_that_nobody_can_decide_now() {
        try (TestNode node = TestNode.start("store.kind=redis", "store.redis.uri=" + redis.uri())) {
            redis.pause();
            assertThat(knock(node, Upgrade.of())).isEqualTo(503);
            assertThat(knock(node, Upgrade.of().withToken("no-token"))).isEqualTo(503);
            redis.goOn();
        }
    }

    private static int knock(TestNode node, Upgrade how) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply reply = how.from(peer);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            return reply.status();
        }
    }
}
