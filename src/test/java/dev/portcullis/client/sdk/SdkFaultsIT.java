package dev.portcullis.client.sdk;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.Signal;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JavaScript client through the worst that happens to a node, a connection, a page and its machine. */
@ExtendWith(VertxExtension.class)
class SdkFaultsIT {
    private static final int LITTLE = 8_192;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A slow reader is cut off after little, and has to find all that it missed. */
    private static final String[] SETTINGS = {
        "streams.room.entries=20000", "limits.outboxBytes=65536", "limits.slowReaderMs=50", "drain.windowMs=0"
    };

    @TempDir
    Path folder;

    private ForkedNode node;

    @ParameterizedTest
    @EnumSource(SdkRuntime.class)
    void nothing_is_lost_or_shown_twice_in_the_worst_that_happens(SdkRuntime runtime, Vertx vertx) throws Exception {
        runtime.assumeInstalled();
        node = ForkedNode.generous(ForkedNode.configIn(folder), SETTINGS);
        try (SdkStage stage = new SdkStage(vertx, new KillableNode(), "faults.mjs")) {
            stage.on("kill", any -> kill(stage));
            stage.on("revoke", this::revoke);
            stage.on("sleep", any -> sleep(stage));
            stage.on("freeze", any -> freeze(stage));
            stage.on("offline", any -> offline(stage));
            SwitchedProxy slow = new SwitchedProxy(vertx, Optional.of(LITTLE));
            stage.on("slowUrl", any -> {
                slow.pointTo(node.ws().getPort());
                return "ws://127.0.0.1:" + slow.port() + "/ws";
            });
            stage.on("stall", any -> {
                slow.stall();
                return "";
            });
            stage.on("flow", any -> {
                slow.flow();
                return "";
            });
            stage.on("slowReaders", any -> Long.toString(closed(1013)));
            stage.assertEachPasses(runtime, folder);
        }
    }

    private String kill(SdkStage stage) throws Exception {
        node.kill();
        node = ForkedNode.generous(ForkedNode.configIn(folder), SETTINGS);
        stage.proxy().pointTo(node.ws().getPort());
        return "";
    }

    private String revoke(String sessionId) throws Exception {
        int status = node.revoke(new JsonObject().put("sessionId", sessionId).encode());
        return Integer.toString(status);
    }

    /** Stops the processes of the client until its token has expired: no timer runs, as in a machine that sleeps. */
    private String sleep(SdkStage stage) {
        long before = closed(4007);
        stage.later(() -> {
            List<ProcessHandle> all = stage.teller().program().processes();
            all.forEach(each -> Signal.STOP.to(each.pid()));
            try {
                sayUnheard();
                awaitClosed(before);
            } finally {
                all.forEach(each -> Signal.CONT.to(each.pid()));
            }
        });
        return "";
    }

    private String freeze(SdkStage stage) {
        long before = closed(4007);
        stage.later(() -> {
            BrowserPage page = page(stage);
            page.frozen(true);
            sayUnheard();
            awaitClosed(before);
            page.frozen(false);
        });
        return "";
    }

    private String offline(SdkStage stage) {
        stage.later(() -> {
            BrowserPage page = page(stage);
            page.offline(true);
            stage.proxy().cut();
            sayUnheard();
            page.await("globalThis.hasWaited === true");
            page.offline(false);
        });
        return "";
    }

    private static BrowserPage page(SdkStage stage) {
        return stage.teller().page().orElseThrow();
    }

    private void sayUnheard() {
        try (ChatPeer other = node.enter("other")) {
            other.join("lobby");
            for (int i = 1; i <= 3; i++) {
                other.say("lobby", "unheard " + i, UUID.randomUUID().toString());
            }
        }
    }

    private void awaitClosed(long before) {
        if (!Await.until(() -> closed(4007) > before, PATIENCE)) {
            throw new AssertionError("the session outlives its token");
        }
    }

    /** How many connections the node has closed with this code. */
    private long closed(int code) {
        return Stream.of(node.process().out(), node.process().err())
                .flatMap(output -> output.lines().stream())
                .filter(line -> line.contains("\"event\":\"ws.disconnect\"") && line.contains("\"code\":" + code))
                .count();
    }

    /** The node of the moment. */
    private final class KillableNode implements StagedNode {
        @Override
        public int port() {
            return node.ws().getPort();
        }

        @Override
        public String token(String user, Duration life) {
            return node.token(user, Role.MEMBER, life);
        }

        @Override
        public void restart() throws Exception {
            node.stop();
            node = ForkedNode.generous(ForkedNode.configIn(folder), SETTINGS);
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
