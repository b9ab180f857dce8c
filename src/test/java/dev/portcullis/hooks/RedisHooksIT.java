package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisHooksIT extends HooksOverStores {
    private static RedisProcess redis;
    private static RedisConsole console;

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void clear() {
        console.ask("FLUSHALL");
    }

    @Override
    List<String> store() {
        return List.of("store.kind=redis", "store.redis.uri=" + redis.uri());
    }

    @Test
    void redis_stream_takes_the_events_in_order_and_is_never_trimmed() {
        start("hooks.http.url=null", "hooks.redis.stream=events", "hooks.redis.most=100", "hooks.batch=1");
        try (ChatPeer ann = enterLobby()) {
            say(ann, 120);
            until(() -> length() >= 100);
            assertThat(length()).isEqualTo(100);
            console.ask("XTRIM", "events", "MAXLEN", "10");
            until(() -> console.ask("XREVRANGE", "events", "+", "-").contains("text 119"));
        }
    }

    private ChatPeer enterLobby() {
        ChatPeer ann = node().enter("ann", "lobby");
        ann.join("lobby");
        return ann;
    }

    private static int length() {
        return Integer.parseInt(console.ask("XLEN", "events").trim());
    }
}
