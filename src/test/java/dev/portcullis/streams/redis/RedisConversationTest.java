package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.streams.ConversationContract;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.StreamStore.Bounds;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RedisConversationTest extends ConversationContract {
    @AutoClose
    private final RestartedInboxes inboxes = new RestartedInboxes();

    @Override
    protected Opened open() throws Exception {
        return inboxes.open(clock);
    }

    /** Else users with full inboxes have Redis read all of them with each page of a short conversation (CWE-405). */
    @Test
    void page_of_a_conversation_reads_no_entry_of_others() throws Exception {
        for (int i = 0; i < 18; i++) {
            message(i == 9 ? ANN : CAROL, BOB, "m" + i, "x".repeat(50_000));
        }
        RedisConsole console = new RedisConsole(inboxes.redis());
        for (Order order : Order.values()) {
            DirectConversation.Read read = new DirectConversation.Read(
                    new DirectConversation(BOB, ANN), order, order == Order.AFTER ? 0 : Long.MAX_VALUE);
            assertThat(console.commandsDuring(() ->
                            await(opened.inboxes().conversation(read, new Bounds(50, 1 << 20)))))
                    .filteredOn(line -> line.contains("\"LINDEX\"") || line.contains("\"LRANGE\""))
                    .as("the entry, and the oldest of the inbox: " + order)
                    .hasSize(2);
        }
    }

    /** They go with a later append, and until then they are as large as others. */
    @Test
    void entries_that_are_too_old_are_passed_over_and_not_read() throws Exception {
        for (int i = 0; i < 18; i++) {
            message(ANN, BOB, "m" + i, "x".repeat(50_000));
        }
        clock.pass(KEPT.ageMs() + 1);
        message(ANN, BOB, "young", "x");
        RedisConsole console = new RedisConsole(inboxes.redis());
        DirectConversation.Read read = new DirectConversation.Read(new DirectConversation(BOB, ANN), Order.AFTER, 0);
        assertThat(console.commandsDuring(() -> {
                    assertThat(await(opened.inboxes().conversation(read, new Bounds(50, 1 << 20)))
                                    .entries())
                            .hasSize(1);
                    return 0;
                }))
                .filteredOn(line -> line.contains("\"LINDEX\""))
                .hasSizeLessThan(10);
    }
}
