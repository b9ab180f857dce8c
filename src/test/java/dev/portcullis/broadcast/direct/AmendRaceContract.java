package dev.portcullis.broadcast.direct;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An author who amends one message on two nodes at once, of which only the store knows both. What one node tells is what the
 * recipient has: else a refused edit brings back what was deleted.
 */
@ExtendWith(VertxExtension.class)
abstract class AmendRaceContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    private final Vertx otherVertx = Vertx.vertx(); // one has one bus
    private StallingStreams slow;
    private DirectStage node;
    private DirectStage other;
    private String id;

    /** Opens the stores for one test. */
    abstract DirectStage.Stores stores() throws Exception;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        DirectStage.Stores stores = stores();
        slow = new StallingStreams(stores.streams());
        node = stage(vertx, new DirectStage.Stores(slow, stores.inboxes(), stores.blocks()));
        other = stage(otherVertx, stores);
        id = ((PublishResult.Acked) node.send(ANN, BEN, "first", "m")).messageId();
    }

    private static DirectStage stage(Vertx vertx, DirectStage.Stores stores) throws Exception {
        return DirectStage.open(vertx, stores, new StreamWindow(1_000, 86_400_000), Optional.empty());
    }

    @AfterEach
    void close() throws Exception {
        done(otherVertx.close());
    }

    @Test
    void edit_that_is_overtaken_by_a_deletion_is_refused_and_reaches_no_one() throws Exception {
        Future<PublishResult> edit = held(BEN, Optional.of("edited"), "e");
        PublishResult deletion = other.amend(ANN, BEN, id, Optional.empty(), "d");
        slow.release();
        assertThat(deletion).isInstanceOf(PublishResult.Acked.class);
        assertThat(done(edit)).isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
        assertThat(types(BEN)).containsExactly("message_deleted", "message_deleted");
        assertThat(types(ANN)).containsExactly("message_deleted", "message_deleted");
        assertThat(node.amend(ANN, BEN, id, Optional.of("edited"), "e"))
                .as("the same again")
                .isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
    }

    @Test
    void edit_that_the_recipient_has_is_acknowledged_although_a_deletion_overtakes_its_second_half() throws Exception {
        Future<PublishResult> edit = held(ANN, Optional.of("edited"), "e");
        PublishResult deletion = other.amend(ANN, BEN, id, Optional.empty(), "d");
        slow.release();
        assertThat(deletion).isInstanceOf(PublishResult.Acked.class);
        assertThat(done(edit)).isEqualTo(deletion);
        assertThat(types(BEN)).containsExactly("message_deleted", "message_deleted", "message_deleted");
        assertThat(types(ANN)).as("no edit after the deletion").containsExactly("message_deleted", "message_deleted");
        assertThat(node.amend(ANN, BEN, id, Optional.of("edited"), "e"))
                .as("the same again")
                .isEqualTo(deletion);
        assertThat(node.amend(ANN, BEN, id, Optional.of("edited"), "another"))
                .isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
    }

    @Test
    void edits_on_both_nodes_leave_the_same_text_in_both_inboxes() throws Exception {
        Future<PublishResult> first = held(ANN, Optional.of("one"), "1");
        PublishResult second = other.amend(ANN, BEN, id, Optional.of("two"), "2");
        slow.release();
        assertThat(second).isInstanceOf(PublishResult.Acked.class);
        assertThat(done(first)).isEqualTo(second);
        assertThat(other.contents(BEN)).containsExactly("first", "one", "two");
        assertThat(other.contents(ANN)).as("the later one is there already").containsExactly("first", "two");
        assertThat(node.amend(ANN, BEN, id, Optional.of("one"), "1"))
                .as("the same again")
                .isEqualTo(second);
        assertThat(node.amend(ANN, BEN, id, Optional.of("three"), "3")).isInstanceOf(PublishResult.Acked.class);
        assertThat(other.contents(BEN)).endsWith("three");
        assertThat(other.contents(ANN)).endsWith("three");
    }

    /** Its node was killed between the two, and its client asks another one, maybe after an edit in another window. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void edit_that_broke_off_between_the_inboxes_is_completed_by_its_repeat_unless_there_is_a_later_one(boolean later)
            throws Exception {
        Future<PublishResult> failed = held(ANN, Optional.of("one"), "1");
        slow.abandon();
        assertThat(Await.until(failed::failed)).isTrue();
        assertThat(other.contents(BEN)).containsExactly("first", "one");
        assertThat(other.contents(ANN)).containsExactly("first");
        Optional<PublishResult> second = Optional.empty();
        if (later) {
            second = Optional.of(other.amend(ANN, BEN, id, Optional.of("two"), "2"));
        }
        PublishResult repeated = other.amend(ANN, BEN, id, Optional.of("one"), "1");
        assertThat(repeated).isInstanceOf(PublishResult.Acked.class).isEqualTo(second.orElse(repeated));
        String text = later ? "two" : "one";
        assertThat(other.contents(ANN)).containsExactly("first", text);
        assertThat(other.contents(BEN)).endsWith(text).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "ben"})
    void deletion_on_both_nodes_is_one_deletion_and_acknowledged_by_both(String inbox) throws Exception {
        Future<PublishResult> first = held(new UserId(inbox), Optional.empty(), "d");
        PublishResult second = other.amend(ANN, BEN, id, Optional.empty(), "other");
        slow.release();
        assertThat(second).isInstanceOf(PublishResult.Acked.class);
        assertThat(done(first)).isEqualTo(second);
        assertThat(types(BEN)).containsExactly("message_deleted", "message_deleted");
        assertThat(types(ANN)).containsExactly("message_deleted", "message_deleted");
    }

    /** A client that has no answer may ask under another id. */
    @Test
    void deletion_that_broke_off_between_the_inboxes_is_completed_by_another_one() throws Exception {
        Future<PublishResult> failed = held(ANN, Optional.empty(), "d");
        slow.abandon();
        assertThat(Await.until(failed::failed)).isTrue();
        assertThat(other.amend(ANN, BEN, id, Optional.empty(), "another")).isInstanceOf(PublishResult.Acked.class);
        assertThat(types(BEN)).containsExactly("message_deleted", "message_deleted");
        assertThat(types(ANN)).containsExactly("message_deleted", "message_deleted");
    }

    /** Asks one node, which then waits before it writes to this inbox. */
    private Future<PublishResult> held(UserId inbox, Optional<String> content, String key) {
        slow.holdAppends(append -> append.stream().equals(StreamName.inbox(inbox)));
        Future<PublishResult> asked = node.askToAmend(ANN, BEN, id, content, key);
        assertThat(Await.until(() -> slow.waiting() > 0)).isTrue();
        return asked;
    }

    private List<String> types(UserId user) throws Exception {
        return other.inbox(user).stream()
                .map(body -> new JsonObject("{" + body).getString("type"))
                .toList();
    }
}
