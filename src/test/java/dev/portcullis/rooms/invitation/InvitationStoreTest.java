package dev.portcullis.rooms.invitation;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.InvitationStore.Change;
import dev.portcullis.rooms.invitation.Strangers.First;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationStoreTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben@x.y|z+1");
    private static final InvitationBook BOOK = new InvitationBook(
            List.of(
                    new Invitation(new RoomId("r:1"), BEN, RoomRole.OWNER, 7, Right.MEMBERSHIP, true, false),
                    new Invitation(new RoomId("r2"), BEN, RoomRole.MEMBER, 8, Right.TOKEN, false, true)),
            List.of(
                    new SentInvitation(new RoomId("r3"), BEN, RoomRole.MODERATOR, 9, true),
                    new SentInvitation(new RoomId("r4"), BEN, RoomRole.MEMBER, 9, 11, false)),
            List.of(12L, 13L),
            new Strangers(List.of(new First(BEN, 7), new First(new UserId("eve"), 8))));

    private final MemoryRowStore rows = new MemoryRowStore(() -> 0);

    private InvitationStore store() {
        return new InvitationStore(rows);
    }

    @Test
    void user_who_was_never_invited_has_an_empty_book() throws Exception {
        assertThat(done(store().find(ANN))).isEqualTo(InvitationBook.EMPTY);
    }

    @Test
    void book_is_that_of_one_user_and_lasts() throws Exception {
        InvitationBook before = done(store().update(ANN, book -> new Change<>(BOOK, book)));
        assertThat(before).isEqualTo(InvitationBook.EMPTY);
        assertThat(done(store().find(BEN))).isEqualTo(InvitationBook.EMPTY);
        assertThat(done(store().find(ANN))).isEqualTo(BOOK);
        done(store().update(ANN, book -> new Change<>(InvitationBook.EMPTY, book)));
        assertThat(done(store().find(ANN))).isEqualTo(InvitationBook.EMPTY);
    }

    @Test
    void steps_at_the_same_time_lose_nothing() throws Exception {
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SentInvitation next = new SentInvitation(new RoomId("r" + i), BEN, RoomRole.MEMBER, i, false);
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

    /** Each third declines, and the others are silent or block the inviter, who takes all of it back. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void places_of_invitations_that_are_taken_back_are_free_and_what_was_declined_counts(int accounts)
            throws Exception {
        RoomId room = new RoomId("club");
        int declined = 0;
        for (int i = 0; i < accounts; i++) {
            UserId account = new UserId("account" + i);
            assertThat(send(account, accounts)).isTrue();
            if (i % 3 == 2) {
                declined++;
                done(store().update(ANN, book -> new Change<>(book.declined(room, account, 5), book)));
            }
        }
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            UserId account = new UserId("account" + i);
            all.add(store().update(ANN, book -> new Change<>(book.withoutOpen(room, account), book)));
        }
        done(Future.all(all));
        assertThat(done(store().find(ANN)).open()).isEmpty();
        assertThat(done(store().find(ANN)).sent()).hasSize(declined);
        for (int i = 0; i <= accounts; i++) {
            assertThat(send(new UserId("friend" + i), accounts)).isEqualTo(i < accounts);
        }
    }

    private boolean send(UserId to, int most) throws Exception {
        SentInvitation next = new SentInvitation(new RoomId("club"), to, RoomRole.MEMBER, 1, false);
        return done(store().update(ANN, book -> {
            Optional<InvitationBook> more = book.sending(next, most, 3);
            return new Change<>(more.orElse(book), more.isPresent());
        }));
    }
}
