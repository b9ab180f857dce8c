package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoomDeciderTest {
    private static final RoomId ROOM = new RoomId("room");
    private static final UserId BEN = new UserId("ben");

    private RoomStore store;
    private RoomDecider decider;
    private int reads;

    @BeforeEach
    void open() throws Exception {
        store = new RoomStore(new WatchedRows(
                new MemoryRowStore(System::currentTimeMillis),
                read -> {
                    reads++;
                    return Future.succeededFuture();
                },
                change -> Future.succeededFuture()));
        RoomPolicy policy = new RoomPolicy(Live.fixed(RoomsFixture.open()), Live.fixed(Permissions.DEFAULT));
        decider = new RoomDecider(policy, store, new ScriptedStreams(), Live.fixed(Optional.empty()));
        join();
    }

    @Test
    void append_is_authorized_by_rows_that_were_read_before() throws Exception {
        Verdict first = append();
        assertThat(first.permit().unchanged()).as("the append compares them").isNotEmpty();
        assertThat(reads).isEqualTo(1);
        assertThat(append()).isEqualTo(first);
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void append_is_authorized_again_by_rows_of_now() throws Exception {
        append();
        mute(60_000);
        assertThat(append().permit()).as("does not hold").isNotEqualTo(Permit.UNCONDITIONAL);
        assertThat(again()).isEqualTo(Verdict.refused(Rejection.muted()));
    }

    /** Old rows must refuse no user: a mute ends by time alone. */
    @Test
    void append_is_refused_only_by_rows_of_now() throws Exception {
        mute(60_000);
        assertThat(append()).isEqualTo(Verdict.refused(Rejection.muted()));
        mute(0);
        assertThat(append().permit().unchanged()).isNotEmpty();
    }

    /** An admin's append compares no rows, so it must not rest on old ones. */
    @Test
    void append_under_a_permit_without_rows_is_authorized_by_rows_of_now() throws Exception {
        Sender admin = new Sender(BEN, Optional.empty(), Role.ADMIN, List.of(), "");
        append();
        int before = reads;
        Permissions narrow = new Permissions(Map.of(RoomRole.MEMBER, Set.of(RoomAction.CHAT)));
        RoomDecider strict = new RoomDecider(
                new RoomPolicy(Live.fixed(RoomsFixture.open()), Live.fixed(narrow)),
                store,
                new ScriptedStreams(),
                Live.fixed(Optional.empty()));
        for (int i = 0; i < 2; i++) {
            assertThat(done(strict.authorizeAppend(admin, RoomAction.CHAT, Optional.empty(), ROOM))
                            .permit())
                    .isEqualTo(Permit.UNCONDITIONAL);
        }
        assertThat(reads).isEqualTo(before + 2);
    }

    @Test
    void facts_used_longest_ago_are_forgotten_first() {
        RecentFacts recent = new RecentFacts(2);
        List<UserId> users = List.of(new UserId("a"), new UserId("b"), new UserId("c"));
        users.subList(0, 2).forEach(user -> recent.keep(ROOM, user, RoomsFixture.facts(Optional.empty())));
        recent.find(ROOM, users.get(0));
        recent.keep(ROOM, users.get(2), RoomsFixture.facts(Optional.empty()));
        assertThat(users).filteredOn(user -> recent.find(ROOM, user).isEmpty()).containsExactly(users.get(1));
    }

    private Verdict append() throws Exception {
        return done(decider.authorizeAppend(ben(), RoomAction.CHAT, Optional.empty(), ROOM));
    }

    private Verdict again() throws Exception {
        return done(decider.authorize(ben(), RoomAction.CHAT, ROOM));
    }

    private static Sender ben() {
        return new Sender(BEN, Optional.empty(), Role.MEMBER, List.of(), "");
    }

    private void join() throws Exception {
        Entrant entrant = new Entrant(BEN, Membership.taken(RoomRole.MEMBER, 0), 10, false);
        done(store.putMember(ROOM, entrant, RoomTerms.NONE));
    }

    private void mute(long forMs) throws Exception {
        done(store.mute(ROOM, BEN, forMs, 10, RoomTerms.NONE));
    }
}
