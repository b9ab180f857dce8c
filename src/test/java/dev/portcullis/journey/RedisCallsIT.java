package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How often a client's acts call Redis. Each call costs both sides more than most of what a script does, so a further one must be
 * meant. What a node does by itself is told apart by its keys.
 */
class RedisCallsIT {
    private static final Pattern CALL =
            Pattern.compile("\\[0 [0-9.:]+\\] \"(?i:evalsha)\" \"[0-9a-f]+\" \"(\\d+)\" (.*)");
    private static final Pattern KIND = Pattern.compile("pc:\\{\\d+\\}:([a-z_]+)");

    private static final String SESSION = "s h leases lane sx m revocations revocation revocation";
    private static final String INBOX = "lane m e";
    private static final String END = "s sx";

    private static RedisProcess redis;
    private static TestNode node;

    private final String ann = "ann-" + UUID.randomUUID();
    private final StreamName inbox = StreamName.inbox(new UserId(ann));
    private final String room = "room-" + UUID.randomUUID();

    @BeforeAll
    static void open() {
        redis = RedisProcess.start();
        node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri());
    }

    @AfterAll
    static void close() {
        node.close();
        redis.close();
    }

    @Test
    void session_is_opened_with_two_calls_and_ended_with_one() throws Exception {
        List<ChatPeer> peers = new ArrayList<>();
        assertThat(callsDuring(() -> peers.add(enter()))).containsExactly(SESSION, INBOX);
        assertThat(callsDuring(() -> {
                    peers.get(0).close();
                    return Await.until(() -> new RedisConsole(redis)
                            .ask("HVALS", RedisKeys.of(inbox.lane(), "s", ann))
                            .startsWith("0 "));
                }))
                .containsExactly(END);
    }

    private ChatPeer enter(String... rooms) {
        return JdkPeer.admitted(node.ws(), node.token(ann, rooms));
    }

    /** The kinds of the keys of each call that names this test's user or room, or reads one lane. */
    private List<String> callsDuring(Callable<?> act) throws Exception {
        List<String> calls = new ArrayList<>();
        for (String command : new RedisConsole(redis).commandsDuring(act)) {
            Matcher call = CALL.matcher(command);
            if (call.find()) {
                List<String> words = List.of(call.group(2).split(" "));
                List<String> keys = words.subList(0, Integer.parseInt(call.group(1)));
                String kinds = keys.stream().map(RedisCallsIT::kind).collect(Collectors.joining(" "));
                boolean own = keys.stream().anyMatch(key -> key.contains(ann) || key.contains(room));
                if (own || kinds.equals("lane leases moved")) {
                    calls.add(kinds);
                }
            }
        }
        return calls;
    }

    private static String kind(String key) {
        Matcher kind = KIND.matcher(key);
        return kind.find() ? kind.group(1) : key;
    }
}
