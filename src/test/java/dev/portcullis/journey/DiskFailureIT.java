package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.embedded.FailingCommitSink;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The disk fails under a running node and recovers: publishing is refused meanwhile, and no message is lost. */
class DiskFailureIT {
    private static final String LOBBY = "lobby";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final FailingCommitSink disk = new FailingCommitSink();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private TestNode node;
    private ChatPeer ann;
    private ChatPeer ben;

    @BeforeEach
    void open() {
        log.start();
        auditLog().addAppender(log);
        node = TestNode.start(disk::open, TestNode.GENEROUS.toArray(String[]::new));
        ann = node.enter("ann");
        ben = node.enter("ben");
        ann.join(LOBBY);
        ben.join(LOBBY);
        assertThat(ann.say(LOBBY, "before", "b").getString("type")).isEqualTo("ack");
        assertThat(ben.next("chat").getString("content")).isEqualTo("before");
        ann.rest();
    }

    @AfterEach
    void close() {
        disk.heal();
        node.close();
        auditLog().detachAppender(log);
    }

    @Test
    void publishing_to_a_full_disk_is_unavailable_until_there_is_space() throws Exception {
        outlive(disk::fill);
    }

    @Test
    void publishing_to_a_hanging_disk_is_unavailable_until_it_recovers() throws Exception {
        outlive(disk::hang);
    }

    private void outlive(Runnable trouble) throws Exception {
        awaitReadiness(200);
        long lost = events("store.down"); // not zero on a machine that was suspended
        trouble.run();
        long began = System.nanoTime();
        CompletableFuture<JsonObject> refused = CompletableFuture.supplyAsync(() -> ann.chat(LOBBY, "in trouble", "t"));
        awaitReadiness(503);
        assertThat(secondsSince(began)).as("seconds until readiness is false").isLessThan(15);

        JsonObject history = ben.ask(
                new JsonObject().put("type", "history").put("roomId", LOBBY).put("id", "h"));
        assertThat(contents(history)).containsExactly("before");
        assertThat(ben.ask(new JsonObject().put("type", "ping").put("id", "p")).getString("type"))
                .isEqualTo("pong");

        assertThat(answer(refused).getString("reason")).isEqualTo("unavailable");
        assertThat(secondsSince(began)).as("seconds until the answer").isLessThan(20);
        assertThat(Await.until(() -> events("store.down") == lost + 1)).isTrue();
        assertThat(ann.isOpen() && ben.isOpen()).isTrue();

        disk.heal();
        awaitReadiness(200);
        JsonObject again = ann.say(LOBBY, "in trouble", "t");
        assertThat(again.getString("type"))
                .as("the frame repeated under its id")
                .isEqualTo("ack");
        assertThat(ann.say(LOBBY, "after", "a").getLong("seq")).isEqualTo(3);
        assertThat(List.of(ben.next("chat"), ben.next("chat")))
                .extracting(chat -> chat.getLong("seq") + " " + chat.getString("content"))
                .containsExactly("2 in trouble", "3 after");
        assertThat(Await.until(() -> events("store.up") == events("store.down")))
                .isTrue();
    }

    private static JsonObject answer(CompletableFuture<JsonObject> future) throws Exception {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    private void awaitReadiness(int status) throws Exception {
        URI ready = node.admin("/health/ready");
        long began = System.nanoTime();
        while (HTTP.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                != status) {
            assertThat(secondsSince(began))
                    .as("seconds until readiness is " + status)
                    .isLessThan(30);
        }
    }

    private long events(String name) {
        return List.copyOf(log.list).stream()
                .filter(line -> String.valueOf(line.getKeyValuePairs()).contains(name))
                .count();
    }

    private static List<String> contents(JsonObject history) {
        JsonArray messages = history.getJsonArray("messages");
        return messages.stream()
                .map(each -> ((JsonObject) each).getString("content"))
                .toList();
    }

    private static long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }

    private static Logger auditLog() {
        return (Logger) LoggerFactory.getLogger(Audit.class);
    }
}
