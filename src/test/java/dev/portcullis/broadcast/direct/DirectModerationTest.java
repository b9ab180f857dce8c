package dev.portcullis.broadcast.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.kit.Await;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Direct messages are published as a moderation service decides. */
class DirectModerationTest extends ModeratedStage {

    @Test
    void refused_message_is_in_no_inbox() throws Exception {
        DirectStage stage = open(Map.of());
        script = REFUSE;
        assertThat(stage.send(ANN, BEN, "buy", "1")).isEqualTo(SPAM);
        assertThat(stage.inbox(BEN)).isEmpty();
        assertThat(stage.inbox(ANN)).isEmpty();
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).getString("type")).isEqualTo("chat_message");
        assertThat(asked.get(0).getString("recipientId")).isEqualTo("ben");
        assertThat(asked.get(0).getString("userId")).isEqualTo("ann");
        assertThat(asked.get(0).getString("content")).isEqualTo("buy");
    }

    @Test
    void text_that_is_put_in_place_is_in_both_inboxes() throws Exception {
        DirectStage stage = open(Map.of());
        script = CLEAN;
        PublishResult first = stage.send(ANN, BEN, "dirty", "1");
        assertThat(first).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.contents(BEN)).containsExactly("clean");
        assertThat(stage.inbox(ANN)).isEqualTo(stage.inbox(BEN));
        script = REFUSE;
        assertThat(stage.send(ANN, BEN, "dirty", "1"))
                .as("what is in the store is not asked about again")
                .isEqualTo(first);
        assertThat(asked).hasSize(1);
    }

    /** What a process leaves behind that dies between the two appends. The service has changed its mind since. */
    @Test
    void message_that_only_its_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        DirectStage stage = open(Map.of("remembered", 1));
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = stage.askToSend(ANN, BEN, "dirty", "1");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.isComplete()).isFalse();
        streams.holdAppends(none -> false);
        script = ALLOW;
        stage.send(ANN, BEN, "other", "2"); // takes the place of the answer that is remembered
        script = REFUSE;
        assertThat(stage.send(ANN, BEN, "dirty", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.contents(BEN)).containsExactly("clean", "other");
        assertThat(stage.contents(ANN)).containsExactly("other", "clean");
        assertThat(asked).hasSize(2);
    }

    /** Else the time of the answer would tell. */
    @Test
    void message_of_a_blocked_sender_is_asked_about_too() throws Exception {
        DirectStage stage = open(Map.of());
        stage.block(BEN, ANN);
        script = REFUSE;
        assertThat(stage.send(ANN, BEN, "buy", "1")).isEqualTo(SPAM);
        script = CLEAN;
        PublishResult acked = stage.send(ANN, BEN, "dirty", "2");
        assertThat(acked).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.send(ANN, BEN, "dirty", "2")).isEqualTo(acked);
        assertThat(asked).hasSize(2);
        assertThat(stage.contents(ANN)).containsExactly("clean");
        assertThat(stage.inbox(BEN)).isEmpty();
    }

    @Test
    void message_is_not_asked_about_where_direct_messages_are_left_out() throws Exception {
        DirectStage stage = open(Map.of("direct", false));
        script = REFUSE;
        assertThat(stage.send(ANN, BEN, "private", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.contents(BEN)).containsExactly("private");
        assertThat(asked).isEmpty();
    }
}
