package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** While the store does not answer, a refusal does not blame the client. */
class SilentStoreIT {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Test
    void handshake_without_a_valid_token_is_refused_with_503_while_the_store_does_not_answer() {
        try (TestNode node = TestNode.start("store.kind=redis", "store.redis.uri=" + redis.uri())) {
            redis.pause();
            assertThat(statusOf(node, Upgrade.of())).isEqualTo(503);
            assertThat(statusOf(node, Upgrade.of().withToken("no-token"))).isEqualTo(503);
            redis.goOn();
        }
    }

    private static int statusOf(TestNode node, Upgrade how) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply reply = how.from(peer);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            return reply.status();
        }
    }
}
