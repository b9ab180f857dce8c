package dev.portcullis.rooms.invitation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.InvitationBook.Receipt;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InvitationBookTest {
    private static final int MOST = 5;
    private static final int ALL = 1_000;
    private static final RoomId ROOM = new RoomId("room");

    @Test
    void strangers_displace_each_other_and_no_one_whom_the_user_knows() {
        InvitationBook book = InvitationBook.EMPTY;
        book = book.receiving(from("friend", 1, false), MOST, ALL).book();
        for (int i = 0; i < 100; i++) {
            Receipt receipt = book.receiving(from("stranger" + i, 10 + i, true), MOST, ALL);
            assertThat(receipt.fresh()).isTrue();
            book = receipt.book();
        }
        assertThat(book.received())
                .extracting(each -> each.by().value())
                .containsExactly("friend", "stranger96", "stranger97", "stranger98", "stranger99");
    }

    @Test
    void known_user_displaces_a_stranger_although_the_book_is_full_of_them() {
        InvitationBook book = InvitationBook.EMPTY;
        for (int i = 0; i < MOST; i++) {
            book = book.receiving(from("stranger" + i, i, true), MOST, ALL).book();
        }
        Receipt receipt = book.receiving(from("friend", 0, false), MOST, ALL);
        assertThat(receipt.fresh()).isTrue();
        assertThat(receipt.book().received())
                .extracting(each -> each.by().value())
                .containsExactly("stranger1", "stranger2", "stranger3", "stranger4", "friend");
    }

    @Test
    void stranger_with_many_invitations_loses_one_before_a_stranger_with_one_who_was_there_first() {
        InvitationBook book = InvitationBook.EMPTY
                .receiving(from("first", 0, true), MOST, ALL)
                .book();
        for (int i = 1; i <= 3 * MOST; i++) {
            Invitation next = new Invitation(
                    new RoomId("room" + i), new UserId("many"), RoomRole.MEMBER, i, Right.MEMBERSHIP, true, false);
            book = book.receiving(next, MOST, ALL).book();
        }

        assertThat(book.received()).hasSize(MOST).anyMatch(each -> each.by().equals(new UserId("first")));
        assertThat(book.received())
                .filteredOn(each -> each.by().equals(new UserId("many")))
                .extracting(Invitation::at)
                .containsExactly(12L, 13L, 14L, 15L);
    }

    @Test
    void stranger_finds_no_place_among_those_whom_the_user_knows() {
        InvitationBook book = InvitationBook.EMPTY;
        for (int i = 0; i < MOST; i++) {
            book = book.receiving(from("friend" + i, i, false), MOST, ALL).book();
        }
        Receipt receipt = book.receiving(from("stranger", 100, true), MOST, ALL);
        assertThat(receipt.fresh()).isFalse();
        assertThat(receipt.book()).isEqualTo(book);
    }

    @Test
    void same_invitation_again_has_the_age_and_the_role_of_which_the_user_was_told() {
        InvitationBook book =
                InvitationBook.EMPTY.receiving(from("ann", 5, true), MOST, ALL).book();
        Invitation raised = new Invitation(ROOM, new UserId("ann"), RoomRole.OWNER, 9, Right.MEMBERSHIP, true, false);
        Receipt receipt = book.receiving(raised, MOST, ALL);
        assertThat(receipt.fresh()).isFalse();
        assertThat(receipt.book().received())
                .containsExactly(
                        new Invitation(ROOM, new UserId("ann"), RoomRole.MEMBER, 5, Right.MEMBERSHIP, true, false));
    }

    @Test
    void answer_ends_the_invitations_of_all_inviters_to_one_room() {
        InvitationBook book = InvitationBook.EMPTY;
        book = book.receiving(from("ann", 1, true), MOST, ALL).book();
        book = book.receiving(from("ben", 2, true), MOST, ALL).book();
        RoomId other = new RoomId("other");
        Invitation kept = new Invitation(other, new UserId("ann"), RoomRole.MEMBER, 3, Right.MEMBERSHIP, true, false);
        book = book.receiving(kept, MOST, ALL).book();
        assertThat(book.to(ROOM)).hasSize(2);
        assertThat(book.withoutReceived(ROOM).received()).containsExactly(kept);
    }

    @Test
    void lowest_role_is_the_first_to_be_accepted_and_higher_ones_stay_open() {
        InvitationBook book = InvitationBook.EMPTY;
        for (RoomRole role : List.of(RoomRole.MEMBER, RoomRole.OWNER, RoomRole.MODERATOR)) {
            book = book.receiving(
                            new Invitation(
                                    ROOM, new UserId("by-" + role.id()), role, 1, Right.MEMBERSHIP, false, false),
                            MOST,
                            ALL)
                    .book();
        }
        assertThat(book.to(ROOM))
                .extracting(Invitation::role)
                .containsExactly(RoomRole.MEMBER, RoomRole.MODERATOR, RoomRole.OWNER);
        assertThat(book.withoutReceived(ROOM, RoomRole.MODERATOR).to(ROOM))
                .extracting(Invitation::role)
                .containsExactly(RoomRole.OWNER);
    }

    @Test
    void inviter_sends_no_more_than_they_may_until_one_is_answered_or_too_old() {
        InvitationBook book = InvitationBook.EMPTY;
        for (int i = 0; i < MOST; i++) {
            book = book.sending(to("user" + i, i), MOST, MOST).orElseThrow();
        }
        assertThat(book.sending(to("more", 9), MOST, MOST)).isEmpty();
        assertThat(book.sending(to("user0", 9), MOST, MOST))
                .as("the same again")
                .isPresent();
        assertThat(book.withoutOpen(ROOM, new UserId("user3")).sending(to("more", 9), MOST, MOST))
                .isPresent();
        assertThat(book.since(1, 0).sending(to("more", 9), MOST, MOST)).isPresent();
    }

    @Test
    void declined_invitation_counts_until_it_is_forgotten_and_then_comes_again() {
        UserId user = new UserId("user");
        InvitationBook book = InvitationBook.EMPTY
                .sending(to("user", 1), MOST, 2)
                .orElseThrow()
                .declined(ROOM, user, 5);
        assertThat(book.sending(to("user", 6), MOST, 2)).isEmpty();
        assertThat(book.since(0, 5).sending(to("user", 6), MOST, 2)).isEmpty();
        assertThat(book.since(0, 6).sending(to("user", 6), MOST, 2)).isPresent();
        assertThat(book.since(3, 0)).as("however old the invitation was").isEqualTo(book);
        SentInvitation other = new SentInvitation(new RoomId("other"), user, RoomRole.MEMBER, 7, false);
        InvitationBook twice = book.sending(other, MOST, 2).orElseThrow().declined(other.room(), user, 8);
        assertThat(twice.sending(new SentInvitation(new RoomId("third"), user, RoomRole.MEMBER, 9, false), MOST, 2))
                .isEmpty();
        assertThat(twice.sending(to("another", 9), MOST, 2)).isPresent();
        assertThat(InvitationRow.decode(InvitationRow.encode(twice))).isEqualTo(twice);
    }

    @Test
    void user_is_told_of_a_few_strangers_and_of_each_whom_they_know() {
        InvitationBook book = InvitationBook.EMPTY;
        for (int i = 0; i < 3; i++) {
            Receipt receipt = book.receiving(from("stranger" + i, 10 + i, true), MOST, 2);
            assertThat(receipt.fresh()).isEqualTo(i < 2);
            book = receipt.book();
        }
        assertThat(book.received()).hasSize(3);
        assertThat(book.receiving(from("friend", 13, false), MOST, 2).fresh()).isTrue();
        assertThat(InvitationRow.decode(InvitationRow.encode(book))).isEqualTo(book);
        assertThat(book.since(0, 11).receiving(from("late", 20, true), MOST, 2).fresh())
                .as("the first is forgotten")
                .isTrue();
    }

    @Test
    void whatever_comes_books_stay_within_their_bounds_and_known_users_are_displaced_by_known_users_only() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            InvitationBook book = InvitationBook.EMPTY;
            for (int step = 0; step < 60; step++) {
                boolean stranger = random.nextInt(10) > 1;
                Invitation next = from((stranger ? "s" : "f") + random.nextInt(20), step, stranger);
                InvitationBook before = book;
                book = book.receiving(next, MOST, ALL).book();
                assertThat(book.received()).as("portcullis.seed=%d", seed).hasSizeLessThanOrEqualTo(MOST);
                assertThat(InvitationRow.decode(InvitationRow.encode(book))).isEqualTo(book);
                if (stranger) {
                    assertThat(book.received())
                            .as("portcullis.seed=%d, step %d", seed, step)
                            .containsAll(before.received().stream()
                                    .filter(each -> !each.stranger())
                                    .toList());
                } else {
                    assertThat(book.received())
                            .as("portcullis.seed=%d, step %d", seed, step)
                            .anyMatch(next::isSameAs);
                }
            }
        }
    }

    private static Invitation from(String by, long at, boolean stranger) {
        return new Invitation(ROOM, new UserId(by), RoomRole.MEMBER, at, Right.MEMBERSHIP, stranger, false);
    }

    private static SentInvitation to(String user, long at) {
        return new SentInvitation(ROOM, new UserId(user), RoomRole.MEMBER, at, false);
    }
}
