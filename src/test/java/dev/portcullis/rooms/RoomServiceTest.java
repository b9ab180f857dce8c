package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoomServiceTest {
    private static final long LATER = Long.MAX_VALUE;
    private static final RoomLimits LIMITS = new RoomLimits(2, 3, 3, 1, 10, 100, 60_000, ConsentLimits.STANDARD);
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final RoomId ROOM = new RoomId("r1");
    private static final Sender ANN = sender("ann", Role.MEMBER);
    private static final Sender BEN = sender("ben", Role.MEMBER);
    private static final Sender CLEO = sender("cleo", Role.MEMBER);
    private static final Sender ROOT = sender("root", Role.ADMIN);

    @TempDir
    Path folder;

    private final ScriptedStreams streams = new ScriptedStreams();
    private final Map<UserId, Role> connected = new ConcurrentHashMap<>();
    private final Set<List<UserId>> blocked = ConcurrentHashMap.newKeySet();
    private final List<MembershipNotice> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger finds = new AtomicInteger();
    private Supplier<Future<?>> beforeStep = Future::succeededFuture;
    private final AtomicInteger changes = new AtomicInteger();
    private EmbeddedStore engine;
    private RowStore rows;
    private RoomStore store;
    private RoomService service;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        store = new RoomStore(rows);
        RoomStore watched = new RoomStore(new WatchedRows(
                rows,
                any -> {
                    finds.incrementAndGet();
                    return Future.succeededFuture();
                },
                any -> {
                    changes.incrementAndGet();
                    return beforeStep.get();
                }));
        RoomsConfig config = new RoomsConfig(Set.of(LOBBY), Adding.DIRECT, LIMITS, Optional.empty());
        service = RoomServices.open(
                engine,
                watched,
                config,
                new RoomServices.Others(
                        streams,
                        user -> Future.succeededFuture(Optional.ofNullable(connected.get(user))),
                        (owner, user) -> Future.succeededFuture(blocked.contains(List.of(owner, user))),
                        (owner, user) -> Future.succeededFuture(false),
                        told::addAll));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void only_who_may_name_rooms_chooses_an_id() {
        assertThat(create(ANN, ROOM, true)).isEqualTo("forbidden");
        assertThat(create(ANN, ROOM, false)).isEqualTo("done");
        assertThat(create(ROOT, new RoomId("r2"), true)).isEqualTo("done");
    }

    @Test
    void chosen_id_of_a_room_that_is_in_use_is_taken() {
        assertThat(create(ROOT, LOBBY, true)).isEqualTo("taken");
        streams.used.add(ROOM);
        assertThat(create(ROOT, ROOM, true)).isEqualTo("taken");
        assertThat(role(ROOM, ROOT)).isEmpty();
        streams.used.clear();
        assertThat(create(ROOT, ROOM, true)).isEqualTo("done");
    }

    @Test
    void limits_are_told_by_their_rule() {
        create(ANN, ROOM, false);
        create(ANN, new RoomId("r2"), false);
        assertThat(create(ANN, new RoomId("r3"), false)).isEqualTo("too_many_rooms");
        put(ANN, ROOM, BEN, RoomRole.MEMBER);
        put(ANN, ROOM, CLEO, RoomRole.MEMBER);
        assertThat(put(ANN, ROOM, ROOT, RoomRole.MEMBER)).isEqualTo("full");
        assertThat(mute(ANN, BEN)).isEqualTo("done");
        assertThat(mute(ANN, CLEO)).isEqualTo("full");
    }

    @ParameterizedTest
    @EnumSource(
            value = RoomRole.class,
            names = {"MEMBER", "MODERATOR", "OWNER"})
    void rank_decides_what_a_member_may_do_to_others(RoomRole own) {
        create(ANN, ROOM, false);
        put(ANN, ROOM, CLEO, RoomRole.MEMBER);
        give(ANN, BEN, own);
        boolean moderates = own != RoomRole.MEMBER;
        assertThat(mute(BEN, CLEO)).isEqualTo(moderates ? "done" : "forbidden");
        assertThat(mute(BEN, ANN)).isEqualTo("forbidden");
        assertThat(mute(BEN, BEN)).isEqualTo("forbidden");
        assertThat(removal(BEN, CLEO)).isEqualTo(moderates ? "granted" : "forbidden");
        assertThat(removal(BEN, ANN)).isEqualTo("forbidden");
        assertThat(put(BEN, ROOM, CLEO, RoomRole.MODERATOR)).isEqualTo(own == RoomRole.OWNER ? "done" : "forbidden");
        assertThat(put(BEN, ROOM, BEN, RoomRole.OWNER)).isEqualTo(own == RoomRole.OWNER ? "done" : "forbidden");
        assertThat(change(new RoomCommand.Delete(BEN, ROOM, LATER)))
                .isEqualTo(own == RoomRole.OWNER ? "done" : "forbidden");
    }

    @Test
    void addition_by_another_user_lifts_a_bar_and_a_change_of_the_own_role_does_not() {
        create(ANN, ROOM, false);
        bar(BEN);
        assertThat(put(CLEO, ROOM, BEN, RoomRole.MEMBER)).isEqualTo("not_found");
        assertThat(isBarred(BEN)).isTrue();
        assertThat(put(ANN, ROOM, BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(isBarred(BEN)).isFalse();
        bar(BEN);
        assertThat(put(ANN, ROOM, BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(isBarred(BEN)).isFalse();
        bar(BEN);
        assertThat(put(BEN, ROOM, BEN, RoomRole.MEMBER)).isEqualTo("done");
        assertThat(isBarred(BEN)).isTrue();
    }

    private void bar(Sender user) {
        StreamName stream = StreamName.room(ROOM);
        WriteSet bar = WriteSet.of(StreamBars.of(stream, user.userId()), "").add(StreamBars.count(stream), 1);
        done(rows.change(stream.lane(), ReadSet.of(StreamBars.count(stream)), any -> RowStep.done(true, bar)));
    }

    private boolean isBarred(Sender user) {
        RowKey bar = StreamBars.of(StreamName.room(ROOM), user.userId());
        return done(rows.read(StreamName.room(ROOM).lane(), ReadSet.of(bar)))
                .get(bar)
                .isPresent();
    }

    /** Else a user would be put into rooms whose titles a blocked one writes, and could not leave those they own alone. */
    @Test
    void blocked_user_brings_no_room_and_is_answered_as_if_it_were_done() {
        create(ANN, ROOM, false);
        blocked.add(List.of(BEN.userId(), ANN.userId()));
        changes.set(0);
        for (RoomRole role : List.of(RoomRole.MEMBER, RoomRole.MODERATOR, RoomRole.OWNER)) {
            assertThat(put(ANN, ROOM, BEN, role)).isEqualTo(role == RoomRole.OWNER ? "invited" : "done");
        }
        assertThat(change(new RoomCommand.Accept(BEN, ROOM, LATER, Optional.empty())))
                .isEqualTo("not_found");
        assertThat(changes).hasValue(0);
        assertThat(role(ROOM, BEN)).isEmpty();
        assertThat(put(CLEO, ROOM, BEN, RoomRole.MEMBER))
                .as("a right is asked first")
                .isEqualTo("not_found");
        give(ANN, CLEO, RoomRole.OWNER);
        assertThat(put(CLEO, ROOM, BEN, RoomRole.MEMBER))
                .as("whom ben does not block")
                .isEqualTo("done");
        assertThat(role(ROOM, BEN)).contains(RoomRole.MEMBER);
    }

    @Test
    void blocked_user_changes_the_role_of_a_member_but_makes_them_no_owner() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MEMBER);
        blocked.add(List.of(BEN.userId(), ANN.userId()));
        assertThat(put(ANN, ROOM, BEN, RoomRole.OWNER)).isEqualTo("invited");
        assertThat(role(ROOM, BEN)).contains(RoomRole.MEMBER);
        assertThat(put(ANN, ROOM, BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(role(ROOM, BEN)).contains(RoomRole.MODERATOR);
        blocked.clear();
        give(ANN, BEN, RoomRole.OWNER);
        assertThat(role(ROOM, BEN)).contains(RoomRole.OWNER);
    }

    @Test
    void block_holds_up_neither_an_admin_nor_the_applications_server_nor_the_user_themselves() {
        create(ANN, ROOM, false);
        for (Sender by : List.of(ROOT, sender("system", Role.ADMIN))) {
            blocked.add(List.of(BEN.userId(), by.userId()));
            assertThat(put(by, ROOM, BEN, RoomRole.MODERATOR)).isEqualTo("done");
            give(by, BEN, RoomRole.OWNER);
            assertThat(role(ROOM, BEN)).contains(RoomRole.OWNER);
            done(set(BEN, Optional.empty()));
        }
        blocked.add(List.of(ROOT.userId(), ROOT.userId()));
        assertThat(put(ROOT, ROOM, ROOT, RoomRole.OWNER)).isEqualTo("done");
        assertThat(role(ROOM, ROOT)).contains(RoomRole.OWNER);
    }

    @Test
    void permission_to_remove_ends_the_membership_that_is_there_and_that_alone() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MODERATOR);
        Verdict removal =
                done(service.authorizeRemoval(ANN, ROOM, BEN.userId())).verdict();
        assertThat(removal.permit().changes()).isTrue();
        assertThat(role(ROOM, BEN)).as("it takes nothing").contains(RoomRole.MODERATOR);
        assertThat(done(service.authorizeRemoval(ANN, ROOM, CLEO.userId()))
                        .verdict()
                        .permit()
                        .changes())
                .as("of a user who is no member")
                .isFalse();
        assertThat(done(service.authorizeRemoval(ROOT, ROOM, ANN.userId())).verdict())
                .as("the only owner")
                .isEqualTo(Verdict.refused(new Rejection.Failed(
                        Reason.CONFLICT, List.of(new Rejection.Violation("/userId", "last_owner")))));
    }

    @Test
    void permission_to_remove_names_the_room_only_as_a_member_knows_it() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MEMBER);
        assertThat(done(service.authorizeRemoval(ANN, ROOM, BEN.userId())).name())
                .contains("Tea");
        assertThat(done(service.authorizeRemoval(ANN, ROOM, CLEO.userId())).name())
                .isEmpty();
    }

    @Test
    void room_of_a_chosen_id_is_created_once_all_have_left_who_came_in_by_a_token() {
        RoomCommand.Create creation = creation(ROOT, "Tea", System.currentTimeMillis());
        streams.confirmation = Future.failedFuture(new AnswerUnavailable("a node does not say who listens"));
        assertThatThrownBy(() -> done(service.change(creation))).isInstanceOf(AnswerUnavailable.class);
        assertThat(role(ROOM, ROOT)).contains(RoomRole.OWNER);
        assertThatThrownBy(() -> done(service.change(creation)))
                .as("the same again")
                .isInstanceOf(AnswerUnavailable.class);

        streams.confirmation = Future.succeededFuture();
        assertThat(change(creation)).isEqualTo("done");
        assertThat(streams.confirmed).containsExactly(ROOM, ROOM, ROOM);
    }

    @Test
    void no_token_has_a_random_id_before_its_room_is_created() {
        assertThat(create(ANN, ROOM, false)).isEqualTo("done");
        assertThat(streams.confirmed).isEmpty();
    }

    @Test
    void creation_that_is_repeated_by_its_owner_shows_the_room_that_is_there() {
        assertThat(create(ROOT, ROOM, true)).isEqualTo("done");
        long createdAt = facts(ROOT).room().orElseThrow().createdAt();
        streams.used.add(ROOM);
        RoomOutcome again = done(service.change(creation(ROOT, "Tea", createdAt + 5)));
        Optional<Long> shown = again.fold(done -> done.room().orElseThrow().createdAt(), why -> Optional.<Long>empty());
        assertThat(shown).contains(createdAt);

        assertThat(change(creation(ROOT, "Coffee", createdAt))).isEqualTo("taken");
        assertThat(change(creation(sender("other", Role.ADMIN), "Tea", createdAt)))
                .isEqualTo("taken");
        give(ROOT, BEN, RoomRole.OWNER);
        put(ROOT, ROOM, ROOT, RoomRole.MEMBER);
        assertThat(create(ROOT, ROOM, true)).as("of a former owner").isEqualTo("taken");
    }

    private static RoomCommand.Create creation(Sender by, String name, long now) {
        return new RoomCommand.Create(by, ROOM, true, name, Visibility.PRIVATE, now, LATER);
    }

    @ParameterizedTest
    @EnumSource(
            value = RoomRole.class,
            names = {"MEMBER", "MODERATOR", "OWNER"})
    void only_owners_and_admins_rename_a_room(RoomRole own) {
        create(ANN, ROOM, false);
        give(ANN, BEN, own);
        String owned = own == RoomRole.OWNER ? "done" : "forbidden";
        assertThat(rename(BEN, "Coffee")).isEqualTo(owned);
        assertThat(rename(CLEO, "Cocoa")).isEqualTo("not_found");
        assertThat(rename(ROOT, "Milk")).isEqualTo("done");
        assertThat(facts(ANN).room().orElseThrow().name()).isEqualTo("Milk");
        assertThat(change(new RoomCommand.Update(
                        ROOT, LOBBY, Optional.of("Hall"), Optional.empty(), LATER, Optional.empty())))
                .as("of the configuration")
                .isEqualTo("not_found");
    }

    @Test
    void name_and_topic_are_changed_one_by_one_and_are_cleaned() {
        create(ANN, ROOM, false);
        assertThat(change(new RoomCommand.Update(
                        ANN, ROOM, Optional.empty(), Optional.of("at <five>"), LATER, Optional.empty())))
                .isEqualTo("done");
        assertThat(rename(ANN, "Fine\ntea")).isEqualTo("done");
        Room room = facts(ANN).room().orElseThrow();
        assertThat(room.name()).isEqualTo("Fine tea");
        assertThat(room.topic()).contains("at &lt;five&gt;");
        assertThat(rename(ANN, "\u2800")).as("it is not seen").isEqualTo("bad_name");
        assertThat(change(
                        new RoomCommand.Update(ANN, ROOM, Optional.empty(), Optional.of(""), LATER, Optional.empty())))
                .isEqualTo("done");
        assertThat(facts(ANN).room().orElseThrow()).isEqualTo(room.with("Fine tea", Optional.empty()));
    }

    /** The room's record changes with the stream: a node that dies between the two would leave a room that shows what is not so. */
    @Test
    void retention_is_permitted_and_changes_with_the_stream() {
        create(ANN, ROOM, false);
        Permit permit = retain(ANN, 5);
        Room room = facts(ANN).room().orElseThrow();
        assertThat(room.retention()).isEmpty();
        assertThat(permit.written()).hasSize(1);

        Permit late = retain(ANN, 9);
        assertThat(apply(permit)).isTrue();
        assertThat(facts(ANN).room().orElseThrow().retention()).contains(new OwnRetention(5, 0));
        assertThat(apply(late)).as("of the record before").isFalse();

        give(ANN, BEN, RoomRole.OWNER);
        Permit former = retain(BEN, 7);
        done(set(BEN, Optional.of(RoomRole.MEMBER)));
        assertThat(apply(former)).as("of one who is no owner any more").isFalse();
        assertThat(change(retaining(BEN, 7))).isEqualTo("forbidden");
    }

    private boolean apply(Permit permit) {
        EmbeddedStreamStore streams = done(EmbeddedStreamStore.open(engine, System::currentTimeMillis));
        StreamWindow window = new StreamWindow(10, 1_000);
        return done(streams.retain(StreamName.room(ROOM), OwnRetention.NONE, window, permit)) == RetainResult.DONE;
    }

    private Permit retain(Sender by, long entries) {
        return done(service.change(retaining(by, entries)))
                .fold(done -> done.retention().orElseThrow(), why -> Permit.UNCONDITIONAL);
    }

    private static RoomCommand retaining(Sender by, long entries) {
        return new RoomCommand.Update(
                by, ROOM, Optional.empty(), Optional.empty(), LATER, Optional.of(new OwnRetention(entries, 0)));
    }

    @Test
    void topic_that_another_owner_wrote_meanwhile_stays_when_the_room_is_renamed() {
        create(ANN, ROOM, false);
        Room before = facts(ANN).room().orElseThrow();
        beforeStep = once(() -> store.update(before, before.with("Tea", Optional.of("at five")), RoomTerms.NONE));
        assertThat(rename(ANN, "Coffee")).isEqualTo("done");
        assertThat(facts(ANN).room().orElseThrow()).isEqualTo(before.with("Coffee", Optional.of("at five")));
    }

    @Test
    void user_is_told_of_another_role_and_who_gave_it_but_not_twice_and_nothing_by_whom_they_block() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MEMBER);
        put(ANN, ROOM, BEN, RoomRole.MEMBER);
        put(sender("system", Role.ADMIN), ROOM, BEN, RoomRole.MODERATOR);
        put(BEN, ROOM, CLEO, RoomRole.OWNER);
        blocked.add(List.of(CLEO.userId(), ANN.userId()));
        put(ANN, ROOM, CLEO, RoomRole.MEMBER);
        assertThat(told)
                .containsExactly(
                        notice(BEN, RoomRole.MEMBER, "Tea", Optional.of(ANN.userId())),
                        notice(BEN, RoomRole.MODERATOR, "Tea", Optional.empty()));
    }

    @Test
    void all_members_are_told_of_another_name_with_their_roles() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MODERATOR);
        told.clear();
        rename(ANN, "Tea");
        assertThat(told).as("it is the same name").isEmpty();
        rename(ANN, "Coffee");
        assertThat(Await.until(() -> told.size() >= 2)).isTrue();
        assertThat(told)
                .containsExactly(
                        notice(ANN, RoomRole.OWNER, "Coffee", Optional.of(ANN.userId())),
                        notice(BEN, RoomRole.MODERATOR, "Coffee", Optional.of(ANN.userId())));
    }

    @Test
    void members_are_told_of_a_deletion_once_and_not_where_it_is_refused() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MODERATOR);
        told.clear();
        assertThat(change(new RoomCommand.Delete(BEN, ROOM, LATER))).isEqualTo("forbidden");
        assertThat(change(new RoomCommand.Delete(CLEO, ROOM, LATER))).isEqualTo("not_found");
        assertThat(told).isEmpty();
        assertThat(change(new RoomCommand.Delete(ANN, ROOM, LATER))).isEqualTo("done");
        List<MembershipNotice> ends = List.of(end(ANN), end(BEN));
        assertThat(told).isEqualTo(ends);
        assertThat(change(new RoomCommand.Delete(ANN, ROOM, LATER))).isEqualTo("done");
        assertThat(change(new RoomCommand.Delete(ROOT, ROOM, LATER))).isEqualTo("done");
        assertThat(told).isEqualTo(ends);
    }

    @Test
    void owner_who_lost_the_room_before_the_deletion_is_told_of_none() {
        create(ANN, ROOM, false);
        give(ANN, BEN, RoomRole.OWNER);
        told.clear();
        beforeStep = once(() -> set(ANN, Optional.of(RoomRole.MEMBER)));
        assertThat(change(new RoomCommand.Delete(ANN, ROOM, LATER))).isEqualTo("forbidden");
        assertThat(told).isEmpty();
    }

    private static MembershipNotice end(Sender to) {
        return new MembershipNotice(to.userId(), ROOM, Optional.empty(), "Tea", Optional.of(ANN.userId()));
    }

    private static MembershipNotice notice(Sender to, RoomRole role, String name, Optional<UserId> by) {
        return new MembershipNotice(to.userId(), ROOM, Optional.of(role), name, by);
    }

    private String rename(Sender by, String name) {
        return change(new RoomCommand.Update(by, ROOM, Optional.of(name), Optional.empty(), LATER, Optional.empty()));
    }

    @Test
    void right_that_is_lost_before_the_step_changes_nothing() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MODERATOR);
        put(ANN, ROOM, CLEO, RoomRole.MEMBER);
        beforeStep = once(() -> set(BEN, Optional.of(RoomRole.MEMBER)));
        assertThat(mute(BEN, CLEO)).isEqualTo("forbidden");
        assertThat(facts(CLEO).mutedUntil()).isEmpty();
    }

    @Test
    void target_that_is_raised_before_the_step_is_safe() {
        create(ANN, ROOM, false);
        put(ANN, ROOM, BEN, RoomRole.MODERATOR);
        beforeStep = once(() -> set(CLEO, Optional.of(RoomRole.OWNER)));
        assertThat(put(BEN, ROOM, CLEO, RoomRole.MEMBER)).isEqualTo("forbidden");
        assertThat(role(ROOM, CLEO)).contains(RoomRole.OWNER);
    }

    @Test
    void change_under_steady_contention_is_given_up_after_four_attempts() {
        create(ANN, ROOM, false);
        finds.set(0);
        AtomicInteger tried = new AtomicInteger();
        beforeStep = () -> {
            boolean even = tried.incrementAndGet() % 2 == 0;
            return set(BEN, even ? Optional.empty() : Optional.of(RoomRole.MEMBER));
        };
        assertThat(mute(ANN, BEN)).isEqualTo("changed");
        assertThat(tried).hasValue(4);
        assertThat(finds).hasValue(8);
    }

    @Test
    void deleted_room_is_there_for_no_one_and_is_announced_again_for_who_deleted_it_and_an_admin() {
        create(ANN, ROOM, false);
        assertThat(change(new RoomCommand.Delete(ANN, ROOM, LATER))).isEqualTo("done");
        assertThat(change(new RoomCommand.Delete(ANN, ROOM, LATER)))
                .as("the entry that announces it may have been lost")
                .isEqualTo("done");
        assertThat(change(new RoomCommand.Delete(BEN, ROOM, LATER))).isEqualTo("not_found");
        assertThat(change(new RoomCommand.Delete(ROOT, ROOM, LATER))).isEqualTo("done");
        assertThat(change(new RoomCommand.Delete(ROOT, new RoomId("never"), LATER)))
                .isEqualTo("not_found");
        assertThat(put(ROOT, ROOM, BEN, RoomRole.MEMBER)).isEqualTo("not_found");
        assertThat(mute(ROOT, BEN)).isEqualTo("not_found");
        assertThat(removal(ROOT, BEN)).isEqualTo("not_member");
    }

    @Test
    void nothing_is_done_to_a_reserved_id() {
        create(ANN, ROOM, false);
        for (String id : List.of("deleted", "Deleted", "system")) {
            Sender reserved = sender(id, Role.MEMBER);
            assertThat(put(ANN, ROOM, reserved, RoomRole.MEMBER)).isEqualTo("not_found");
            assertThat(removal(ANN, reserved)).isEqualTo("not_found");
            assertThat(mute(ANN, reserved)).isEqualTo("not_found");
        }
    }

    @Test
    void user_who_is_connected_with_as_high_a_role_is_removed_by_the_applications_server_only() {
        create(ANN, ROOM, false);
        connected.put(CLEO.userId(), Role.ADMIN);
        assertThat(removal(ANN, CLEO)).isEqualTo("forbidden");
        assertThat(mute(ROOT, CLEO)).isEqualTo("forbidden");
        assertThat(removal(sender("system", Role.ADMIN), CLEO)).isEqualTo("granted");
        connected.put(CLEO.userId(), Role.MODERATOR);
        assertThat(removal(ANN, CLEO)).isEqualTo("granted");
    }

    private static Supplier<Future<?>> once(Supplier<Future<?>> change) {
        AtomicInteger calls = new AtomicInteger();
        return () -> calls.getAndIncrement() == 0 ? change.get() : Future.succeededFuture();
    }

    private Future<?> set(Sender user, Optional<RoomRole> role) {
        return role.map(each -> store.putMember(
                        ROOM, new Entrant(user.userId(), Membership.taken(each, 0), 100, false), RoomTerms.NONE))
                .orElseGet(() -> store.removeMember(ROOM, user.userId(), RoomTerms.NONE));
    }

    private String create(Sender by, RoomId room, boolean chosen) {
        return change(
                new RoomCommand.Create(by, room, chosen, "Tea", Visibility.PRIVATE, System.currentTimeMillis(), LATER));
    }

    private String put(Sender by, RoomId room, Sender target, RoomRole role) {
        return change(new RoomCommand.PutMember(by, room, target.userId(), role, LATER));
    }

    /** Of an owner they accept. */
    private void give(Sender by, Sender target, RoomRole role) {
        if (put(by, ROOM, target, role).equals("invited")) {
            assertThat(change(new RoomCommand.Accept(target, ROOM, LATER, Optional.empty())))
                    .isEqualTo("done");
        }
        assertThat(role(ROOM, target)).contains(role);
    }

    private String mute(Sender by, Sender target) {
        return change(new RoomCommand.Mute(by, ROOM, target.userId(), 60_000, LATER));
    }

    private String removal(Sender by, Sender target) {
        return done(service.authorizeRemoval(by, ROOM, target.userId()))
                .verdict()
                .fold(() -> "granted", Rejection::id);
    }

    private String change(RoomCommand command) {
        return done(service.change(command)).fold(done -> done.invited() ? "invited" : "done", RoomRefusal::id);
    }

    private Optional<RoomRole> role(RoomId room, Sender user) {
        return done(store.find(room, user.userId())).membership().map(Membership::role);
    }

    private RoomFacts facts(Sender user) {
        return done(store.find(ROOM, user.userId()));
    }

    private static Sender sender(String user, Role role) {
        return new Sender(new UserId(user), Optional.empty(), role, List.of(), "");
    }
}
