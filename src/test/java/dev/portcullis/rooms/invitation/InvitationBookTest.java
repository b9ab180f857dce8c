package dev.portcullis.rooms.invitation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.InvitationBook.Receipt;
import dev.portcullis.rooms.invitation.Strangers.First;
import dev.portcullis.store.rows.RowForm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InvitationBookTest {
    private static final RowForm<InvitationBook> FORM = RowForm.of(InvitationBook.class);
    private static final int MOST = 5;
    private static final int ALL = 1_000;
    private static final int PLACES = ConsentLimits.STANDARD.received();
    private static final InvitationBook EMPTY = InvitationBook.EMPTY;
    private static final RoomId ROOM = new RoomId("room");

    @Test
    void strangers_displace_each_other_and_no_one_whom_the_user_knows() {
        InvitationBook book = EMPTY;
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
        InvitationBook book = EMPTY;
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
        InvitationBook book = EMPTY.receiving(from("first", 0, true), MOST, ALL).book();
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

    /** How strangers try to be newer than one who came after them. */
    enum Again {
        SENT,
        TAKEN_BACK_AND_SENT,
        TAKEN_BACK_BY_ALL_AND_THEN_SENT,
        TO_ANOTHER_ROOM
    }

    /** The list has the places of the limits as shipped. Of 199 all but 99 have been displaced when the honest one comes. */
    @ParameterizedTest
    @EnumSource(Again.class)
    void strangers_who_invite_again_displace_no_honest_one_who_came_after_them(Again how) {
        for (int strangers : List.of(1, 10, 100, 199)) {
            InvitationBook book = EMPTY;
            long now = 0;
            for (int i = 0; i < strangers; i++) {
                book = book.receiving(own("stranger" + i, 0, now++), PLACES, ALL)
                        .book();
            }
            Invitation honest = own("honest", 0, now++);
            book = book.receiving(honest, PLACES, ALL).book();
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < strangers && how == Again.TAKEN_BACK_BY_ALL_AND_THEN_SENT; i++) {
                    book = book.withoutReceived(own("stranger" + i, 0, now).room());
                }
                for (int i = 0; i < strangers; i++) {
                    Invitation next = own("stranger" + i, how == Again.TO_ANOTHER_ROOM ? round : 0, now++);
                    book = how == Again.TAKEN_BACK_AND_SENT ? book.withoutReceived(next.room()) : book;
                    book = book.receiving(next, PLACES, ALL).book();
                    assertThat(book.received())
                            .as("%d strangers", strangers)
                            .hasSizeLessThanOrEqualTo(PLACES)
                            .contains(honest);
                }
            }
        }
    }

    @Test
    void honest_stranger_gives_way_to_as_many_who_came_later_as_there_are_places() {
        Invitation honest = own("honest", 0, 0);
        InvitationBook book = EMPTY.receiving(honest, MOST, ALL).book();
        for (int i = 1; i < MOST; i++) {
            book = book.receiving(own("later" + i, 0, i), MOST, ALL).book();
        }
        assertThat(book.received()).contains(honest);
        book = book.receiving(own("last", 0, MOST), MOST, ALL).book();
        assertThat(book.received()).doesNotContain(honest);
        Receipt again = book.receiving(own("honest", 0, MOST + 1), MOST, ALL);
        assertThat(again.fresh()).isFalse();
        assertThat(again.book()).isEqualTo(book);
        assertThat(book.since(0, 1)
                        .receiving(own("honest", 0, MOST + 1), MOST, ALL)
                        .fresh())
                .as("when the first time is forgotten")
                .isTrue();
    }

    @Test
    void stranger_whose_first_time_is_forgotten_is_older_than_all_whose_is_not() {
        InvitationBook book = EMPTY;
        for (int i = 0; i < MOST; i++) {
            book = book.receiving(own("stranger" + i, 0, MOST - i), MOST, ALL).book(); // the clocks of nodes differ
        }
        book = book.since(0, 3);
        assertThat(book.strangers().first()).extracting(First::at).containsExactly(5L, 4L, 3L);
        book = book.receiving(own("next", 0, 9), MOST, ALL).book();
        book = book.receiving(own("more", 0, 9), MOST, ALL).book();
        book = book.receiving(own("last", 0, 9), MOST, ALL).book();
        assertThat(book.received())
                .extracting(each -> each.by().value())
                .containsExactly("stranger1", "stranger2", "next", "more", "last");
    }

    @Test
    void book_remembers_twice_as_many_strangers_as_it_has_places_and_no_known_user() {
        InvitationBook book = EMPTY;
        for (int i = 0; i <= 2 * MOST; i++) {
            book = book.receiving(own("friend" + i, false, 0, i), MOST, ALL).book();
            book = book.receiving(own("stranger" + i, 0, i), MOST, ALL).book();
        }
        assertThat(book.strangers().first())
                .hasSize(2 * MOST)
                .startsWith(new First(new UserId("stranger1"), 1))
                .endsWith(new First(new UserId("stranger" + 2 * MOST), 2 * MOST));
    }

    @Test
    void honest_stranger_is_displaced_by_those_who_were_there_before_if_they_are_more_than_the_book_remembers() {
        for (int strangers : List.of(2 * MOST - 1, 2 * MOST)) {
            InvitationBook book = EMPTY;
            for (int i = 0; i < strangers; i++) {
                book = book.receiving(own("stranger" + i, 0, i), MOST, ALL).book();
            }
            Invitation honest = own("honest", 0, strangers);
            book = book.receiving(honest, MOST, ALL).book();
            for (int i = 0; i < strangers; i++) {
                book = book.receiving(own("stranger" + i, 0, strangers + 1 + i), MOST, ALL)
                        .book();
            }
            assertThat(book.received().contains(honest)).isEqualTo(strangers < 2 * MOST);
        }
    }

    @Test
    void inviter_who_is_deleted_is_forgotten_also_where_no_invitation_of_theirs_is_open() {
        UserId gone = new UserId("gone");
        Invitation kept = own("kept", 0, 1);
        InvitationBook book = EMPTY.receiving(own("gone", 0, 0), MOST, ALL)
                .book()
                .receiving(kept, MOST, ALL)
                .book();
        InvitationBook expected = new InvitationBook(
                List.of(kept), List.of(), List.of(1L), new Strangers(List.of(new First(kept.by(), 1))));
        assertThat(book.since(0, 1).withoutInviter(gone)).isEqualTo(expected);
        InvitationBook takenBack = book.withoutReceived(own("gone", 0, 0).room());
        assertThat(takenBack.strangers().first()).hasSize(2);
        assertThat(takenBack.since(0, 0).withoutInviter(gone).strangers()).isEqualTo(expected.strangers());
    }

    @Test
    void stranger_finds_no_place_among_those_whom_the_user_knows() {
        InvitationBook book = EMPTY;
        for (int i = 0; i < MOST; i++) {
            book = book.receiving(from("friend" + i, i, false), MOST, ALL).book();
        }
        Receipt receipt = book.receiving(from("stranger", 100, true), MOST, ALL);
        assertThat(receipt.fresh()).isFalse();
        assertThat(receipt.book().received()).isEqualTo(book.received());
    }

    @Test
    void same_invitation_again_has_the_age_and_the_role_of_which_the_user_was_told() {
        InvitationBook book = EMPTY.receiving(from("ann", 5, true), MOST, ALL).book();
        Invitation raised = new Invitation(ROOM, new UserId("ann"), RoomRole.OWNER, 9, Right.MEMBERSHIP, true, false);
        Receipt receipt = book.receiving(raised, MOST, ALL);
        assertThat(receipt.fresh()).isFalse();
        assertThat(receipt.book().received())
                .containsExactly(
                        new Invitation(ROOM, new UserId("ann"), RoomRole.MEMBER, 5, Right.MEMBERSHIP, true, false));
    }

    @Test
    void answer_ends_the_invitations_of_all_inviters_to_one_room() {
        InvitationBook book = EMPTY;
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
        InvitationBook book = EMPTY;
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
        InvitationBook book = EMPTY;
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
        InvitationBook book =
                EMPTY.sending(to("user", 1), MOST, 2).orElseThrow().declined(ROOM, user, 5);
        assertThat(book.sending(to("user", 6), MOST, 2)).isEmpty();
        assertThat(book.since(0, 5).sending(to("user", 6), MOST, 2)).isEmpty();
        assertThat(book.since(0, 6).sending(to("user", 6), MOST, 2)).isPresent();
        assertThat(book.since(3, 0)).as("however old the invitation was").isEqualTo(book);
        SentInvitation other = new SentInvitation(new RoomId("other"), user, RoomRole.MEMBER, 7, false);
        InvitationBook twice = book.sending(other, MOST, 2).orElseThrow().declined(other.room(), user, 8);
        assertThat(twice.sending(new SentInvitation(new RoomId("third"), user, RoomRole.MEMBER, 9, false), MOST, 2))
                .isEmpty();
        assertThat(twice.sending(to("another", 9), MOST, 2)).isPresent();
        assertThat(FORM.decode(FORM.encode(twice))).isEqualTo(twice);
    }

    @Test
    void user_is_told_of_a_few_strangers_and_of_each_whom_they_know() {
        InvitationBook book = EMPTY;
        for (int i = 0; i < 3; i++) {
            Receipt receipt = book.receiving(from("stranger" + i, 10 + i, true), MOST, 2);
            assertThat(receipt.fresh()).isEqualTo(i < 2);
            book = receipt.book();
        }
        assertThat(book.received()).hasSize(3);
        assertThat(book.receiving(from("friend", 13, false), MOST, 2).fresh()).isTrue();
        assertThat(FORM.decode(FORM.encode(book))).isEqualTo(book);
        assertThat(book.since(0, 11).receiving(from("late", 20, true), MOST, 2).fresh())
                .as("the first is forgotten")
                .isTrue();
    }

    @Test
    void whatever_comes_books_stay_within_their_bounds_and_known_users_are_displaced_by_known_users_only() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            InvitationBook book = EMPTY;
            for (int step = 0; step < 60; step++) {
                boolean stranger = random.nextInt(10) > 1;
                Invitation next = from((stranger ? "s" : "f") + random.nextInt(20), step, stranger);
                InvitationBook before = book;
                book = book.receiving(next, MOST, ALL).book();
                assertThat(book.received()).as("portcullis.seed=%d", seed).hasSizeLessThanOrEqualTo(MOST);
                assertThat(FORM.decode(FORM.encode(book))).isEqualTo(book);
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

    /** Whatever strangers do: send, again, to further rooms, or take back. */
    @Test
    void stranger_with_one_invitation_is_displaced_only_by_those_who_came_later_one_at_each_place() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        int displaced = 0;
        for (int run = 0; run < 200; run++) {
            InvitationBook book = EMPTY;
            Map<UserId, Integer> first = new HashMap<>();
            for (int step = 0; step < 100; step++) {
                boolean stranger = random.nextInt(10) > 0;
                int room = random.nextInt(4) == 0 ? 1 : 0;
                Invitation next = own((stranger ? "s" : "f") + random.nextInt(2 * MOST), stranger, room, step);
                if (random.nextInt(4) == 0) {
                    book = book.withoutReceived(next.room());
                    continue;
                }
                if (stranger) {
                    first.putIfAbsent(next.by(), step);
                }
                InvitationBook before = book;
                book = book.receiving(next, MOST, ALL).book();
                assertThat(FORM.decode(FORM.encode(book)))
                        .as("portcullis.seed=%d, step %d", seed, step)
                        .isEqualTo(book);
                for (Invitation gone : before.received()) {
                    long open = before.received().stream()
                            .filter(each -> each.by().equals(gone.by()))
                            .count();
                    if (open == 1
                            && !gone.by().equals(next.by())
                            && book.received().stream().noneMatch(gone::isSameAs)) {
                        displaced++;
                        assertThat(book.received().stream()
                                        .filter(Invitation::stranger)
                                        .map(Invitation::by))
                                .as("portcullis.seed=%d, step %d", seed, step)
                                .doesNotHaveDuplicates()
                                .allMatch(by -> first.getOrDefault(by, -1) > first.getOrDefault(gone.by(), -1));
                    }
                }
            }
        }
        assertThat(displaced).as("portcullis.seed=%d", seed).isPositive();
    }

    /** To a room of the inviter's own. */
    private static Invitation own(String by, int room, long at) {
        return own(by, true, room, at);
    }

    private static Invitation own(String by, boolean stranger, int room, long at) {
        return new Invitation(
                new RoomId(by + "-" + room), new UserId(by), RoomRole.MEMBER, at, Right.MEMBERSHIP, stranger, false);
    }

    private static Invitation from(String by, long at, boolean stranger) {
        return new Invitation(ROOM, new UserId(by), RoomRole.MEMBER, at, Right.MEMBERSHIP, stranger, false);
    }

    private static SentInvitation to(String user, long at) {
        return new SentInvitation(ROOM, new UserId(user), RoomRole.MEMBER, at, false);
    }
}
