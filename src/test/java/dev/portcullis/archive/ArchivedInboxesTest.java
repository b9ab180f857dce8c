package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations while the archive does not answer. */
class ArchivedInboxesTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final StreamWindow WINDOW = new StreamWindow(100, TimeUnit.DAYS.toMillis(1), true);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final FailingArchive archive = new FailingArchive();
    private EmbeddedStreamsFixture store;
    private InboxStore inboxes;

    @BeforeEach
    void begin() throws Exception {
        store = EmbeddedStreamsFixture.open(folder, clock);
        inboxes = new ArchivedInboxes(
                store.streams().inboxes(), archive, store.streams().unarchived());
        write(CAROL, "c1");
        write(ANN, "a2");
        write(ANN, "a3");
    }

    @AfterEach
    void end() {
        store.close();
    }

    @Test
    void newest_page_of_a_conversation_has_what_the_window_has_and_says_that_there_may_be_more() {
        archive.fails = true;
        Part page = read(Long.MAX_VALUE);
        assertThat(seqs(page)).containsExactly(3L, 2L);
        assertThat(page.cut()).isTrue();
        archive.fails = false;
        assertThat(seqs(read(Long.MAX_VALUE))).containsExactly(3L, 2L);
        assertThat(read(Long.MAX_VALUE).cut()).isFalse();
    }

    @Test
    void page_of_a_conversation_that_the_window_has_nothing_of_fails() {
        archive.fails = true;
        assertThatThrownBy(() -> read(2)).isInstanceOf(StoreFailure.class);
    }

    private Part read(long before) {
        return done(inboxes.conversation(
                new DirectConversation.Read(new DirectConversation(BOB, ANN), Order.BEFORE, before),
                new Bounds(50, 1 << 20)));
    }

    private static List<Long> seqs(Part page) {
        return page.entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    private void write(UserId author, String id) {
        String body = "\"type\":\"chat_message\",\"recipientId\":\"bob\",\"messageId\":\"" + id + "\",\"userId\":\""
                + author.value() + "\",\"content\":\"hello\"}";
        AppendRequest append = new AppendRequest(
                StreamName.inbox(BOB),
                WINDOW,
                clock.getAsLong(),
                body.getBytes(StandardCharsets.UTF_8),
                Optional.of(author),
                Optional.empty(),
                Long.MAX_VALUE);
        assertThat(done(store.streams().append(append.carrying(new Message(id, author)))))
                .isInstanceOf(AppendResult.Stored.class);
    }
}
