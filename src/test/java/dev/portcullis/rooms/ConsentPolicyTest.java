package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.ConsentPolicy.Way;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Membership.Origin;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.invitation.Invitation.Right;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentPolicyTest {
    private static final UserId BEN = new UserId("ben");
    private static final EnumSet<RoomRole> ROLES = EnumSet.range(RoomRole.MEMBER, RoomRole.OWNER);

    /** Columns: rooms.adding, the role in the adder's token, what the user is, what they are to be, how they become it. */
    @ParameterizedTest
    @CsvSource({
        "INVITE, MEMBER,    ,          MEMBER,    IF_ACQUAINTED",
        "INVITE, MEMBER,    ,          MODERATOR, IF_ACQUAINTED",
        "INVITE, MODERATOR, ,          MEMBER,    IF_ACQUAINTED",
        "INVITE, ADMIN,     ,          MEMBER,    AT_ONCE",
        "INVITE, ADMIN,     ,          OWNER,     BY_INVITATION",
        "INVITE, MEMBER,    MEMBER,    MODERATOR, AT_ONCE",
        "INVITE, MEMBER,    MODERATOR, MEMBER,    AT_ONCE",
        "INVITE, MEMBER,    MEMBER,    OWNER,     BY_INVITATION",
        "INVITE, MEMBER,    OWNER,     OWNER,     AT_ONCE",
        "DIRECT, MEMBER,    ,          MODERATOR, AT_ONCE",
        "DIRECT, MEMBER,    ,          OWNER,     BY_INVITATION",
        "DIRECT, MEMBER,    MODERATOR, OWNER,     BY_INVITATION",
        "DIRECT, ADMIN,     ,          OWNER,     BY_INVITATION",
    })
    void membership_comes_at_once_or_by_invitation(
            Adding adding, Role by, @Nullable RoomRole present, RoomRole wanted, Way way) {
        Optional<Membership> member = Optional.ofNullable(present).map(role -> Membership.taken(role, 1));
        assertThat(new ConsentPolicy(
                                Live.fixed(new RoomsConfig(Set.of(), adding, RoomLimits.STANDARD, Optional.empty())))
                        .way(sender("ann", by), BEN, member, wanted))
                .isEqualTo(way);
    }

    @Test
    void what_others_do_takes_no_place_of_the_user_s_own_and_what_they_do_themselves_does() {
        for (Optional<Membership> present : memberships()) {
            for (RoomRole role : ROLES) {
                Membership given = ConsentPolicy.given(sender("ann", Role.MEMBER), BEN, present, role, 9);
                assertThat(given.role()).isEqualTo(role);
                assertThat(given.assigned()).isTrue();
                assertThat(ConsentPolicy.given(sender("root", Role.ADMIN), BEN, present, role, 9)
                                .assigned())
                        .isFalse();
                assertThat(given.isOwnAct())
                        .isEqualTo(present.map(Membership::isOwnAct).orElse(false));
                assertThat(given.since())
                        .isEqualTo(present.map(Membership::since).orElse(9L));
                boolean owns = present.map(Membership::origin).equals(Optional.of(Origin.OWNED));
                assertThat(RoomList.of(BEN, given).equals(RoomList.owned(BEN)))
                        .as("only who owned it by their own act does so still")
                        .isEqualTo(owns && role == RoomRole.OWNER);

                Membership own = ConsentPolicy.given(sender("ben", Role.ADMIN), BEN, present, role, 9);
                assertThat(own.assigned()).as("by their own act").isFalse();
                boolean rises = present.filter(member -> member.role().compareTo(role) >= 0)
                        .isEmpty();
                assertThat(own.isOwnAct())
                        .isEqualTo(rises || present.orElseThrow().isOwnAct());
            }
        }
    }

    @Test
    void right_to_invite_rests_on_the_role_that_permits_it() {
        RoomDecision asModerator = new RoomDecision(Rule.PERMITTED, Optional.empty(), Optional.of(RoomRole.MODERATOR));
        Sender ann = sender("ann", Role.MODERATOR);
        assertThat(ConsentPolicy.right(ann, asModerator, Optional.of(Membership.taken(RoomRole.MODERATOR, 1))))
                .isEqualTo(Right.MEMBERSHIP);
        assertThat(ConsentPolicy.right(ann, asModerator, Optional.of(Membership.taken(RoomRole.MEMBER, 1))))
                .isEqualTo(Right.TOKEN);
        assertThat(ConsentPolicy.right(ann, asModerator, Optional.empty())).isEqualTo(Right.TOKEN);
        assertThat(ConsentPolicy.right(sender("root", Role.ADMIN), asModerator, Optional.empty()))
                .isEqualTo(Right.ADMIN);
    }

    @Test
    void successor_is_the_same_in_whatever_order_members_are_read() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Member> order = List.of(
                new Member(new UserId("d"), Membership.taken(RoomRole.MODERATOR, 5)),
                new Member(new UserId("b"), Membership.taken(RoomRole.MODERATOR, 7)),
                new Member(new UserId("c"), Membership.taken(RoomRole.MODERATOR, 7)),
                new Member(new UserId("a"), Membership.added(RoomRole.MODERATOR, 1)),
                new Member(new UserId("e"), Membership.taken(RoomRole.MEMBER, 1)),
                new Member(new UserId("f"), Membership.added(RoomRole.MEMBER, 1)));
        for (int from = 0; from <= order.size(); from++) {
            List<Member> left = new ArrayList<>(order.subList(from, order.size()));
            left.add(new Member(BEN, Membership.taken(RoomRole.OWNER, 0)));
            Collections.shuffle(left, random);
            int page = random.nextInt(left.size() + 1);
            Optional<Member> best = Succession.first(BEN, Optional.empty(), left.subList(0, page));
            assertThat(Succession.first(BEN, best, left.subList(page, left.size())))
                    .as("portcullis.seed=%d", seed)
                    .isEqualTo(order.stream().skip(from).findFirst());
        }
    }

    private static List<Optional<Membership>> memberships() {
        List<Optional<Membership>> all = new ArrayList<>(List.of(Optional.empty()));
        for (RoomRole role : ROLES) {
            all.add(Optional.of(Membership.taken(role, 3)));
            all.add(Optional.of(Membership.added(role, 3)));
            all.add(Optional.of(Membership.taken(RoomRole.MEMBER, 3).given(role)));
        }
        return all;
    }

    private static Sender sender(String user, Role role) {
        return new Sender(new UserId(user), Optional.empty(), role, List.of(), "");
    }
}
