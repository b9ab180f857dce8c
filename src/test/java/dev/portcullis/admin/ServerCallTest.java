package dev.portcullis.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.events.EventJudge;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lists whose events take half a turn each, by a clock that only judging moves. */
class ServerCallTest {
    private static final Target ROOM = new Target.ToRoom(new RoomId("lobby"));

    private long now;
    private final List<Promise<Void>> pauses = new ArrayList<>();
    private final List<String> judged = new ArrayList<>();
    private final EventJudge judge = (id, data) -> {
        judged.add(new String(data, UTF_8));
        now += JudgingTurns.TURN_NANOS / 2;
        return Result.refused(List.of(new Violation("/data", "type")));
    };

    @Test
    void list_pauses_at_the_end_of_each_turn_and_keeps_its_order() {
        Future<ServerCall> call = judged("""
                {"messages":[{"event":"a","data":1},{"event":"a","data":2},{"event":"a","data":3},{"content":"x"},
                {"event":"a","data":4},{"event":"a","data":5}]}""");

        assertThat(judged).containsExactly("1", "2");
        pauses.remove(0).complete();
        assertThat(judged).containsExactly("1", "2", "3", "4");
        assertThat(call.isComplete()).isFalse();
        pauses.remove(0).complete();
        assertThat(judged).containsExactly("1", "2", "3", "4", "5");
        assertThat(pauses).isEmpty();
        assertThat(call.result().items()).hasSize(6);
        assertThat(call.result().messages())
                .extracting(SystemMessage::post)
                .containsExactly(new Publication.Message(ROOM, "x", Optional.empty(), List.of()));
    }

    @Test
    void message_that_is_the_whole_call_needs_no_pause() {
        assertThat(judged("{\"event\":\"a\",\"data\":1}").result().single()).isTrue();
        assertThat(pauses).isEmpty();
    }

    private Future<ServerCall> judged(String text) {
        Fields body = ApiContract.published()
                .operation("sendToRoom")
                .body()
                .orElseThrow()
                .schema()
                .read(text.getBytes(UTF_8))
                .fold(fields -> fields, why -> {
                    throw new AssertionError(why);
                });
        JudgingTurns turns = new JudgingTurns(() -> now, () -> {
            Promise<Void> pause = Promise.promise();
            pauses.add(pause);
            return pause.future();
        });
        return ServerCall.judge(body, body.each("messages"), Optional.of("key"), new EventBodies(judge, ROOM), turns);
    }
}
