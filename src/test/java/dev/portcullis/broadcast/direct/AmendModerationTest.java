package dev.portcullis.broadcast.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.kit.Await;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Edits of direct messages are published as a moderation service decides. */
class AmendModerationTest extends ModeratedStage {

    @Test
    void edit_is_moderated_like_a_message_and_a_deletion_is_not() throws Exception {
        DirectStage stage = open(Map.of());
        String id = ((PublishResult.Acked) stage.send(ANN, BEN, "first", "1")).messageId();
        script = REFUSE;
        assertThat(stage.amend(ANN, BEN, id, Optional.of("spam"), "2")).isEqualTo(SPAM);
        assertThat(asked.get(1).getString("type")).isEqualTo("message_edited");
        assertThat(stage.inbox(BEN)).hasSize(1);
        assertThat(stage.inbox(ANN)).hasSize(1);
        script = CLEAN;
        assertThat(stage.amend(ANN, BEN, id, Optional.of("dirty"), "3")).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.contents(BEN)).containsExactly("first", "clean");
        assertThat(stage.inbox(ANN)).isEqualTo(stage.inbox(BEN));
        script = REFUSE;
        assertThat(stage.amend(ANN, BEN, id, Optional.empty(), "4")).isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).as("a deletion publishes no text").hasSize(3);
        assertThat(stage.inbox(ANN)).hasSize(3).isEqualTo(stage.inbox(BEN));
    }

    @Test
    void edit_that_only_the_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        DirectStage stage = open(Map.of("remembered", 1));
        String id = ((PublishResult.Acked) stage.send(ANN, BEN, "first", "1")).messageId();
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = stage.askToAmend(ANN, BEN, id, Optional.of("dirty"), "2");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.isComplete()).isFalse();
        assertThat(stage.contents(BEN)).containsExactly("first", "clean");
        assertThat(stage.contents(ANN)).containsExactly("first");
        streams.abandon();
        script = ALLOW;
        stage.send(ANN, BEN, "other", "3"); // takes the place of the answer that is remembered
        script = REFUSE;
        PublishResult edited = stage.amend(ANN, BEN, id, Optional.of("dirty"), "2");
        assertThat(edited).isInstanceOf(PublishResult.Acked.class);
        assertThat(stage.contents(BEN)).containsExactly("first", "clean", "other");
        assertThat(stage.contents(ANN)).containsExactly("first", "other", "clean");
        assertThat(stage.amend(ANN, BEN, id, Optional.of("dirty"), "2")).isEqualTo(edited);
        assertThat(asked).hasSize(3);
    }
}
