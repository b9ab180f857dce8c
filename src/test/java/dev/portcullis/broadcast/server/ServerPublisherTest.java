package dev.portcullis.broadcast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.server.ServerPublisher.Outcomes;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is asked for again over a real bus whose first answers are lost. */
@ExtendWith(VertxExtension.class)
class ServerPublisherTest {
    private static final Target LOBBY = new Target.ToRoom(new RoomId("lobby"));

    private final List<List<String>> asked = new ArrayList<>();
    private Bus bus;
    private ServerPublisher publisher;

    @BeforeEach
    void start(Vertx vertx) {
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        publisher = new ServerPublisher(vertx, bus, 30_000, System::currentTimeMillis);
    }

    @Test
    void event_that_is_not_stored_is_not_sent_again_when_an_answer_is_lost(VertxTestContext context) {
        losing(2)
                .compose(any -> publish(text("a"), event("b", false), event("c", true), event("d", false)))
                .onComplete(context.succeeding(outcomes -> context.verify(() -> {
                    assertThat(asked)
                            .containsExactly(List.of("a", "b", "c", "d"), List.of("a", "c"), List.of("a", "c"));
                    assertThat(outcomes).containsExactly("a stored", "unavailable", "c stored", "unavailable");
                    context.completeNow();
                })));
    }

    @Test
    void events_of_which_none_is_stored_are_asked_for_once(VertxTestContext context) {
        losing(1)
                .compose(any -> publish(event("a", false), event("b", false)))
                .onComplete(context.succeeding(outcomes -> context.verify(() -> {
                    assertThat(asked).containsExactly(List.of("a", "b"));
                    assertThat(outcomes).containsExactly("unavailable", "unavailable");
                    context.completeNow();
                })));
    }

    @Test
    void event_that_is_not_stored_is_sent_where_the_answer_arrives(VertxTestContext context) {
        losing(0)
                .compose(any -> publish(event("a", false), text("b")))
                .onComplete(context.succeeding(outcomes -> context.verify(() -> {
                    assertThat(asked).containsExactly(List.of("a", "b"));
                    assertThat(outcomes).containsExactly("sent", "b stored");
                    context.completeNow();
                })));
    }

    /** Publishes everything, and loses its first answers. */
    private Future<?> losing(int answers) {
        return bus.answer(ServerPublisher.PUBLISH, 0, batch -> answer(batch, answers));
    }

    private Future<Outcomes> answer(ServerBatch batch, int lost) {
        asked.add(batch.messages().stream().map(SystemMessage::key).toList());
        return asked.size() <= lost
                ? Future.failedFuture("lost")
                : Future.succeededFuture(new Outcomes(batch.messages().stream()
                        .<ServerOutcome>map(each -> each.stored()
                                ? new ServerOutcome.Stored(each.key(), new Position("e", 1))
                                : new ServerOutcome.Sent())
                        .toList()));
    }

    private Future<List<String>> publish(SystemMessage... messages) {
        return publisher
                .publish(LOBBY, List.of(messages), 10)
                .map(outcomes -> outcomes.stream()
                        .map(each -> each.fold(stored -> stored.messageId() + " stored", () -> "sent", why -> why.id()))
                        .toList());
    }

    private static SystemMessage text(String key) {
        return new SystemMessage(
                new Publication.Message(LOBBY, "text", Optional.empty(), List.of()), Optional.empty(), key, true);
    }

    private static SystemMessage event(String key, boolean stored) {
        byte[] data = "{}".getBytes(UTF_8);
        return new SystemMessage(Publication.Event.of(LOBBY, "poll.vote", data, data), Optional.empty(), key, stored);
    }
}
