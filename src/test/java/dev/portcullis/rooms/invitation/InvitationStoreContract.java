package dev.portcullis.rooms.invitation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.InvitationStore.Change;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of every {@link InvitationStore}. */
abstract class InvitationStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben@x.y|z+1");
    private static final InvitationBook BOOK = new InvitationBook(
            List.of(
                    new Invitation(new RoomId("r:1"), BEN, RoomRole.OWNER, 7, Right.MEMBERSHIP, true, false),
                    new Invitation(new RoomId("r2"), BEN, RoomRole.MEMBER, 8, Right.TOKEN, false, true)),
            List.of(
                    new SentInvitation(new RoomId("r3"), BEN, RoomRole.MODERATOR, 9),
                    new SentInvitation(new RoomId("r4"), BEN, RoomRole.MEMBER, 9, 11)),
            List.of(12L, 13L));

    abstract InvitationStore store();

    /** Another store on the same rows. */
    abstract void reopen() throws Exception;

    @Test
    void user_who_was_never_invited_has_an_empty_book() throws Exception {
        assertThat(done(store().find(ANN))).isEqualTo(InvitationBook.EMPTY);
    }

    @Test
    void book_is_that_of_one_user_and_stays_over_a_restart() throws Exception {
        InvitationBook before = done(store().update(ANN, book -> new Change<>(BOOK, book)));
        assertThat(before).isEqualTo(InvitationBook.EMPTY);
        assertThat(done(store().find(BEN))).isEqualTo(InvitationBook.EMPTY);
        reopen();
        assertThat(done(store().find(ANN))).isEqualTo(BOOK);
        done(store().update(ANN, book -> new Change<>(InvitationBook.EMPTY, book)));
        assertThat(done(store().find(ANN))).isEqualTo(InvitationBook.EMPTY);
    }

    @Test
    void steps_at_the_same_time_lose_nothing() throws Exception {
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SentInvitation next = new SentInvitation(new RoomId("r" + i), BEN, RoomRole.MEMBER, i);
            all.add(store().update(ANN, book -> {
                InvitationBook more = book.sending(next, 30, 1).orElse(book);
                return new Change<>(more, !more.equals(book));
            }));
        }
        done(Future.all(all));
        assertThat(all.stream().filter(Future::result))
                .as("as many as there may be")
                .hasSize(30);
        assertThat(done(store().find(ANN)).sent()).hasSize(30);
    }

    static <T> T done(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
