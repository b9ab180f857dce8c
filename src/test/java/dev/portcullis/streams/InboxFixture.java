package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.PairedResult.Complete;
import dev.portcullis.streams.PairedResult.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Inboxes in one of the stores, with a clock that stands still. */
public abstract class InboxFixture {
    protected static final UserId ANN = new UserId("ann");
    protected static final UserId BOB = new UserId("bob");
    protected static final UserId CAROL = new UserId("carol");
    static final StreamName ANNS = StreamName.inbox(ANN);
    static final StreamName BOBS = StreamName.inbox(BOB);
    static final InboxReader READER = new InboxReader(BOB, Optional.empty());
    protected static final StreamWindow KEPT = new StreamWindow(20, TimeUnit.DAYS.toMillis(30));
    static final int MOST = 3;
    static final int DEVICES = 2;

    protected final SettableClock clock = new SettableClock();
    protected Opened opened;
    private int ids;

    /** Opens the same store; called again after each close. */
    protected abstract Opened open() throws Exception;

    /** One opening of a store. */
    public record Opened(StreamStore streams, InboxStore inboxes, BlockListStore blocks, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    final void block(UserId user) throws Exception {
        assertThat(await(opened.blocks().block(BOB, user, 10, Long.MAX_VALUE))).isTrue();
    }

    /** Lifts a block as the stage does. */
    final void unblock(UserId user) throws Exception {
        await(opened.blocks().lift(BOB, user, Long.MAX_VALUE));
        await(opened.inboxes().restartBacklog(BOB, user));
    }

    final long acknowledge(long seq) throws Exception {
        return acknowledge(READER, seq);
    }

    final long acknowledge(InboxReader reader, long seq) throws Exception {
        return await(opened.inboxes().acknowledge(reader, new Position(head().epoch(), seq), DEVICES));
    }

    final void send(UserId from, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            complete(pair(from));
        }
    }

    final Complete complete(PairedAppend pair) throws Exception {
        PairedResult result = await(opened.streams().append(pair));
        assertThat(result).isInstanceOf(Complete.class);
        return (Complete) result;
    }

    final AppendResult.Refusal refusal(PairedAppend pair) throws Exception {
        PairedResult result = await(opened.streams().append(pair));
        assertThat(result).isInstanceOf(Refused.class);
        return ((Refused) result).why();
    }

    final PairedAppend pair(UserId from) {
        int id = ++ids;
        return pair(from, "id" + id, "m" + id);
    }

    final PairedAppend pair(UserId from, String id, String messageId) {
        byte[] body = (messageId + " hello").getBytes(StandardCharsets.UTF_8);
        IdempotencyKey key =
                new IdempotencyKey(from, "chat_message", id, "hello".getBytes(StandardCharsets.UTF_8), messageId);
        AppendRequest append = new AppendRequest(
                        BOBS, KEPT, clock.getAsLong(), body, Optional.of(from), Optional.of(key), Long.MAX_VALUE)
                .carrying(new Message(messageId, from))
                .in(new Backlog(from, MOST));
        return new PairedAppend(append, StreamName.inbox(from));
    }

    final Position head() throws Exception {
        return await(opened.streams().head(BOBS));
    }

    final void reopen() throws Exception {
        opened.closing().close();
        opened = open();
    }
}
