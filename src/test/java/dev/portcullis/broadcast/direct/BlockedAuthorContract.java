package dev.portcullis.broadcast.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * All answers to an author who edits and deletes, in two columns: the recipient blocks the author, or does not. Where they
 * differ, the author learns which (CWE-204).
 */
@ExtendWith(VertxExtension.class)
abstract class BlockedAuthorContract {
    private static final StreamWindow KEPT = new StreamWindow(400, 86_400_000);
    private static final int UNDELIVERED = 100;

    private Vertx vertx;
    private int keys;

    /** Opens the stores for one test. */
    abstract DirectStage.Stores stores() throws Exception;

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
    }

    @Test
    void answers_to_edits_and_deletions_are_the_same_for_a_blocked_author() throws Exception {
        Column open = compare(each -> {
            each.amendAll();
            each.deliver();
            each.amendAll();
        });
        assertThat(open.answers)
                .contains(
                        Map.entry("1 waiting edit", "acked 111"),
                        Map.entry("1 waiting edit again", "acked 111"),
                        Map.entry("1 waiting edit under a used id", "CONFLICT"),
                        Map.entry("1 waiting edit again after the deletion", "acked 111"),
                        Map.entry("1 unknown edit", "NOT_FOUND"),
                        Map.entry("1 elsewhere delete", "NOT_FOUND"),
                        Map.entry("1 waiting delete once more", "NOT_FOUND"))
                .doesNotContainValue("RESTRICTED");
    }

    @Test
    void answers_to_edits_and_deletions_are_the_same_where_a_full_backlog_waits() throws Exception {
        Column open = compare(each -> {
            each.fill();
            each.amendAll();
            each.deliver();
            each.amendAll();
        });
        assertThat(open.answers)
                .contains(
                        Map.entry("1 waiting edit", "RESTRICTED"),
                        Map.entry("1 trimmed edit", "RESTRICTED"),
                        Map.entry("1 unknown edit", "NOT_FOUND"),
                        Map.entry("1 elsewhere edit", "NOT_FOUND"));
        assertThat(open.answers.get("1 waiting delete")).startsWith("acked");
        assertThat(open.answers.get("1 delivered delete")).startsWith("acked");
        assertThat(open.answers.get("2 late edit")).startsWith("acked");
    }

    /** What fills up counts the same whether it is in the recipient's inbox or not. */
    @Test
    void backlog_is_full_after_as_many_edits_for_a_blocked_author() throws Exception {
        Column open = compare(each -> {
            for (int i = 0; i < UNDELIVERED; i++) {
                each.amend(List.of("delivered", "trimmed", "later").get(i % 3), "edit " + i, Optional.of("text " + i));
            }
        });
        assertThat(open.answers).containsValue("RESTRICTED");
    }

    @Test
    void repeated_edit_keeps_its_answer_after_the_own_copy_has_left_the_inbox() throws Exception {
        Column open = new Column(DirectStage.open(vertx, stores(), KEPT, Optional.empty()), "open");
        open.send("gone", open.recipient);
        open.amend("gone", "edit", Optional.of("edited"));
        for (int i = 0; i <= KEPT.entries(); i++) {
            open.send("note", open.author);
        }
        open.amend("gone", "edit again", Optional.of("edited"));
        open.amend("gone", "another edit", Optional.of("edited"));
        assertThat(open.answers)
                .containsEntry("1 gone edit again", open.answers.get("1 gone edit"))
                .containsEntry("1 gone another edit", "NOT_FOUND");
        assertThat(open.answers.get("1 gone edit")).startsWith("acked");
    }

    /** Else the time that an answer takes would tell of the block (CWE-208). */
    @Test
    void edits_and_deletions_take_as_many_calls_of_the_store_for_a_blocked_author() throws Exception {
        DirectStage.Stores stores = stores();
        StallingStreams counted = new StallingStreams(stores.streams());
        DirectStage stage = DirectStage.open(
                vertx, new DirectStage.Stores(counted, stores.inboxes(), stores.blocks()), KEPT, Optional.empty());
        List<List<Integer>> calls = new ArrayList<>();
        for (boolean blocks : new boolean[] {false, true}) {
            Column column = new Column(stage, blocks ? "blocked" : "open");
            column.begin(blocks);
            List<Integer> each = new ArrayList<>();
            for (String message : column.messages.keySet()) {
                for (Optional<String> content : List.of(Optional.of("edited"), Optional.<String>empty())) {
                    for (String action : List.of("first", "first again", "second")) {
                        int before = counted.calls();
                        column.amend(message, content.orElse("deleted") + " " + action, content);
                        each.add(counted.calls() - before);
                    }
                }
            }
            calls.add(each);
        }
        assertThat(calls.get(1)).isEqualTo(calls.get(0));
    }

    private interface Story {
        void happenIn(Column each) throws Exception;
    }

    /** Lets the same happen in both columns, which must not differ, and returns the one without a block. */
    private Column compare(Story story) throws Exception {
        DirectStage stage = DirectStage.open(vertx, stores(), KEPT, Optional.empty());
        Column open = new Column(stage, "open");
        Column blocked = new Column(stage, "blocked");
        for (Column each : List.of(open, blocked)) {
            each.begin(each == blocked);
            story.happenIn(each);
        }
        assertThat(blocked.answers).isEqualTo(open.answers);
        assertThat(blocked.history()).isEqualTo(open.history());
        return open;
    }

    /** What an author sees of a recipient. */
    private final class Column {
        private final Map<String, String> answers = new LinkedHashMap<>();
        private final Map<String, String> messages = new LinkedHashMap<>();
        private final DirectStage stage;
        private final UserId author;
        private final UserId recipient;
        private final UserId third;
        private int round = 1;

        Column(DirectStage stage, String name) {
            this.stage = stage;
            this.author = new UserId("author-" + name);
            this.recipient = new UserId("recipient-" + name);
            this.third = new UserId("third-" + name);
        }

        /**
         * One message is no longer in the recipient's inbox, one was delivered, and of two that wait the block lets one
         * through.
         */
        void begin(boolean blocks) throws Exception {
            send("trimmed", recipient);
            for (int i = 0; i < KEPT.entries(); i++) {
                stage.send(new UserId("other-" + i / UNDELIVERED), recipient, "m" + i, "k" + i);
            }
            send("delivered", recipient);
            stage.acknowledge(recipient);
            send("waiting", recipient);
            if (blocks) {
                stage.block(recipient, author);
            }
            send("later", recipient);
            send("elsewhere", third);
            send("own", author);
            messages.put("unknown", "01890000-0000-7000-8000-000000000000");
            for (int i = 0; i < UNDELIVERED; i++) {
                send("note", author);
            }
        }

        private void send(String name, UserId to) throws Exception {
            PublishResult.Acked acked = (PublishResult.Acked) stage.send(author, to, name, "s" + keys++);
            messages.put(name, acked.messageId());
        }

        void fill() throws Exception {
            PublishResult last;
            do {
                last = stage.send(author, recipient, "fills", "f" + keys++);
            } while (last instanceof PublishResult.Acked);
        }

        /** The recipient has everything that there is, with a message of another one at the end. */
        void deliver() throws Exception {
            stage.send(third, recipient, "of a third", "t");
            stage.acknowledge(recipient);
            round++;
            send("late", recipient);
        }

        void amendAll() throws Exception {
            for (String message : List.copyOf(messages.keySet())) {
                amend(message, "edit", Optional.of("edited"));
                amend(message, "edit again", Optional.of("edited"));
                amend(message, "edit under a used id", Optional.of("other"));
                amend(message, "another edit", Optional.of("edited"));
            }
            for (String message : List.copyOf(messages.keySet())) {
                amend(message, "delete", Optional.empty());
                amend(message, "delete again", Optional.empty());
                amend(message, "delete once more", Optional.empty());
                amend(message, "edit again after the deletion", Optional.of("edited"));
                amend(message, "edit of what is deleted", Optional.of("edited"));
            }
        }

        void amend(String message, String action, Optional<String> content) throws Exception {
            String key = action.replaceAll(" (again|under a used id).*", "").replace(" ", "_");
            PublishResult result = stage.amend(
                    author,
                    recipient,
                    Objects.requireNonNull(messages.get(message)),
                    content,
                    message + "-" + key + "-" + round);
            answers.put(round + " " + message + " " + action, describe(result));
        }

        String history() throws Exception {
            return stage.history(author, recipient)
                    .fold(page -> page.messages().size() + " " + page.more(), why -> why.toString());
        }
    }

    private static String describe(PublishResult result) {
        return result.fold(
                acked -> "acked " + acked.position().seq(),
                why -> why instanceof Rejection.Failed failed ? failed.reason().name() : why.toString());
    }
}
