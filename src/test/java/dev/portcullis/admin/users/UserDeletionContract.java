package dev.portcullis.admin.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.users.DeletionReport.Kind;
import dev.portcullis.auth.account.AccountStore;
import dev.portcullis.auth.account.UserAccountResponder;
import dev.portcullis.auth.account.UserAccounts;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.broadcast.user.UserStreams;
import dev.portcullis.broadcast.user.UserStreamsResponder;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Live;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.MembershipNotice;
import dev.portcullis.rooms.Permissions;
import dev.portcullis.rooms.RoomsConfig;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.RoomsFixture;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.rooms.UserRooms;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.uploads.UserUploads;
import dev.portcullis.uploads.UserUploadsResponder;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.TicketGrants;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a deletion leaves, whichever call of a store it broke off at. */
@ExtendWith(VertxExtension.class)
abstract class UserDeletionContract {
    private static final RoomLimits LIMITS = new RoomLimits(2, 10, 100, 10, 10, 3, 60_000, ConsentLimits.STANDARD);
    private static final StreamWindow KEPT = new StreamWindow(1_000, TimeUnit.DAYS.toMillis(30));
    private static final Bounds PLENTY = new Bounds(1_000, 1 << 20);
    private static final long NOW = 1_795_000_000_000L;

    private final List<Revocation> revoked = new ArrayList<>();
    private final List<MembershipNotice> told = new CopyOnWriteArrayList<>();
    private final Queue<StreamName> changed = new ConcurrentLinkedQueue<>();
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger ids = new AtomicInteger();
    private UserStores stores;
    private Bus bus;

    /** How many calls of stores reach them before all others fail. */
    private final AtomicInteger left = new AtomicInteger();

    private boolean lastReached;

    /** Opens empty stores, in the place of those before. */
    abstract UserStores open() throws Exception;

    @BeforeEach
    void begin(Vertx vertx) throws Exception {
        stores = open();
        left.set(Integer.MAX_VALUE);
        bus = new Bus(vertx, "node", TestNode.patient(new BusConfig(1_000, 1_000)));
        await(new UserAccountResponder(
                        new AccountStore(breaking(RowStore.class, UserStores::rowStore)),
                        new AccountInvitations(
                                new AccountInvitationStore(new MemoryRowStore(() -> NOW)), System::currentTimeMillis))
                .open(bus, 0));
        RoomsConfig rooms = new RoomsConfig(Set.of(), Adding.INVITE, LIMITS, Optional.empty());
        await(vertx.deployVerticle(new RoomsVerticle(
                0,
                bus,
                RoomsFixture.sources(
                        new RoomStore(breaking(RowStore.class, UserStores::rowStore)),
                        new RoomListStore(breaking(RowStore.class, UserStores::rowStore)),
                        told::addAll),
                Live.fixed(rooms),
                Live.fixed(Permissions.DEFAULT))));
        await(new UserStreamsResponder(
                        breaking(StreamStore.class, UserStores::streams),
                        new BlockListStore(breaking(RowStore.class, UserStores::rowStore)),
                        breaking(ErasureStore.class, UserStores::erasures),
                        changed::add,
                        () -> NOW)
                .answer(bus, 0));
        await(new UserUploadsResponder(
                        new UploadStore(breaking(RowStore.class, UserStores::rowStore)), 1L << 40, () -> NOW)
                .open(bus, 0));
    }

    @Test
    void nothing_is_left_of_a_deleted_user() throws Exception {
        User leo = new User("leo");
        leo.live();
        leo.assertPresent();
        await(deletion().delete(leo.id, KeptMessages.ANONYMISE));
        leo.assertGone();
        assertThat(changed)
                .as("streams of which nodes may have copies")
                .contains(leo.lobby, StreamName.inbox(leo.friend), StreamName.inbox(leo.id));
    }

    @Test
    void deletion_reports_what_it_did_and_its_repetition_that_nothing_was_left() throws Exception {
        User leo = new User("leo");
        leo.live();
        DeletionReport report = await(deletion().delete(leo.id, KeptMessages.ERASE));
        assertThat(report.messages()).isEqualTo(KeptMessages.ERASE);
        assertThat(report.counts())
                .containsEntry(Kind.ENTRIES, 2L)
                .containsEntry(Kind.INBOX_ENTRIES, 1L)
                .containsEntry(Kind.FILES, 1L)
                .containsEntry(Kind.ACCOUNTS, 0L);
        assertThat(texts(leo.lobby))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("\"type\":\"message_deleted\",") && text.contains("\"deleted\""))
                .anyMatch(text -> text.contains(leo.friend.value()) && text.contains("\"content\":\"x\""));
        leo.assertGone();
        assertThat(await(deletion().delete(leo.id, KeptMessages.ERASE)).counts().values())
                .allMatch(count -> count == 0);
    }

    @Test
    void messages_that_are_kept_keep_their_author_and_files() throws Exception {
        User leo = new User("leo");
        leo.live();
        DeletionReport report = await(deletion().delete(leo.id, KeptMessages.KEEP));
        assertThat(report.counts()).containsEntry(Kind.ENTRIES, 0L).containsEntry(Kind.INBOX_ENTRIES, 1L);
        leo.assertPresentInRooms();
        assertThat(texts(StreamName.inbox(leo.id))).isEmpty();
        assertThat(membership(leo.joined, leo.id)).isEmpty();
        await(deletion().delete(leo.id, KeptMessages.ANONYMISE));
        leo.assertGone();
    }

    /** A process may die before a call of a store reaches it, and after that before its answer comes. */
    @Test
    void deletion_that_breaks_off_at_any_call_is_finished_by_a_repetition() throws Exception {
        for (boolean reached : List.of(false, true)) {
            int calls = 0;
            boolean whole = false;
            while (!whole) {
                stores = open();
                User leo = new User("leo");
                leo.live();
                left.set(calls++);
                lastReached = reached;
                whole = outcome(deletion().delete(leo.id, KeptMessages.ANONYMISE));
                left.set(Integer.MAX_VALUE);
                await(deletion().delete(leo.id, KeptMessages.ANONYMISE));
                leo.assertGone();
            }
            assertThat(calls).as("calls of a deletion").isBetween(20, 100);
        }
    }

    @Test
    void room_goes_to_a_member_who_owns_as_many_as_they_may_and_not_to_nothing() throws Exception {
        UserId heir = new UserId("heir");
        for (int i = 0; i < LIMITS.owned(); i++) {
            room("full-" + i, heir);
        }
        UserId leo = new UserId("leo");
        RoomId shared = room("shared", leo);
        put(shared, heir, RoomRole.MEMBER);

        await(deletion().delete(leo, KeptMessages.ANONYMISE));

        assertThat(membership(shared, heir)).contains(heirOf(RoomRole.MEMBER));
        assertThat(membership(shared, leo)).isEmpty();
        assertThat(told)
                .containsExactly(
                        new MembershipNotice(heir, shared, Optional.of(RoomRole.OWNER), "A room", Optional.empty()));
    }

    @Test
    void highest_role_inherits_also_from_behind_the_first_page_of_members() throws Exception {
        UserId leo = new UserId("leo");
        RoomId shared = room("shared", leo);
        for (char name = 'a'; name < 'h'; name++) {
            put(shared, new UserId(String.valueOf(name)), RoomRole.MEMBER);
        }
        UserId moderator = new UserId("z-moderator");
        put(shared, moderator, RoomRole.MODERATOR);

        await(deletion().delete(leo, KeptMessages.ANONYMISE));

        assertThat(membership(shared, moderator)).contains(heirOf(RoomRole.MODERATOR));
    }

    @Test
    void room_without_another_member_is_deleted() throws Exception {
        UserId leo = new UserId("leo");
        RoomId alone = room("alone", leo);
        await(deletion().delete(leo, KeptMessages.ANONYMISE));
        assertThat(await(stores.rooms().find(alone, leo)).deleted()).isTrue();
    }

    /** The own inbox keeps fewer entries of long ago than all the others together. */
    @Test
    void message_that_the_own_inbox_no_longer_names_loses_its_author_too() throws Exception {
        UserId leo = new UserId("leo");
        append(StreamName.inbox(new UserId("kim")), leo);
        await(deletion().delete(leo, KeptMessages.ANONYMISE));
        assertThat(texts(StreamName.inbox(new UserId("kim"))))
                .singleElement()
                .asString()
                .contains("\"deleted\"")
                .doesNotContain("leo");
    }

    private UserDeletion deletion() {
        return new UserDeletion(stages(), Future::succeededFuture, () -> NOW);
    }

    private UserStages stages() {
        return new UserStages(
                new UserAccounts(bus),
                revocation -> {
                    revoked.add(revocation);
                    return Future.succeededFuture(true);
                },
                new UserRooms(bus, System::currentTimeMillis),
                new UserStreams(bus, () -> NOW),
                new UserUploads(bus, () -> NOW),
                Optional.empty());
    }

    /** Someone with something in each store. */
    private final class User {
        private final UserId id;
        private final UserId friend;
        private final StreamName lobby;
        private final RoomId owned;
        private final RoomId joined;
        private Optional<FileId> file = Optional.empty();

        User(String name) {
            id = new UserId(name);
            friend = new UserId("friend-of-" + name);
            lobby = StreamName.room(new RoomId("lobby-of-" + name));
            owned = new RoomId("owned-by-" + name);
            joined = new RoomId("joined-by-" + name);
        }

        void live() throws Exception {
            room(owned.value(), id);
            put(owned, friend, RoomRole.MEMBER);
            put(joined, id, RoomRole.MEMBER);
            await(directory().mute(joined, id, 60_000, RoomTerms.NONE));
            append(lobby, id);
            append(lobby, friend);
            append(StreamName.inbox(friend), id);
            append(StreamName.inbox(id), id, friend);
            await(stores.blocks().block(id, new UserId("eve"), 10, Long.MAX_VALUE));
            UploadTicket ticket = UploadTicket.draw(random);
            await(new UploadStore(stores.rowStore())
                    .issue(
                            new Upload(
                                    ticket.file(),
                                    Upload.State.ISSUED,
                                    id,
                                    new Target.ToRoom(joined),
                                    "cat.png",
                                    10,
                                    "image/png",
                                    ticket.hash(),
                                    NOW,
                                    NOW + 60_000,
                                    TicketGrants.MEMBER,
                                    TestShares.NOWHERE),
                            TestShares.quota(1 << 20, 10)));
            file = Optional.of(ticket.file());
        }

        void assertPresent() throws Exception {
            assertThat(texts(lobby)).anyMatch(text -> text.contains('"' + id.value() + '"'));
            assertThat(export()).contains(owned.value(), joined.value(), "eve", "cat.png");
        }

        void assertPresentInRooms() throws Exception {
            assertThat(texts(lobby)).anyMatch(text -> text.contains('"' + id.value() + '"'));
            assertThat(await(new UploadStore(stores.rowStore()).find(file.orElseThrow())))
                    .hasValueSatisfying(upload -> assertThat(upload.state()).isEqualTo(Upload.State.ISSUED));
        }

        void assertGone() throws Exception {
            assertThat(revoked).anyMatch(each -> each.equals(new Revocation.OfUser(id, NOW)));
            assertThat(texts(lobby)).hasSize(2).noneMatch(text -> text.contains('"' + id.value() + '"'));
            assertThat(texts(StreamName.inbox(friend)))
                    .hasSize(1)
                    .noneMatch(text -> text.contains('"' + id.value() + '"'));
            assertThat(texts(StreamName.inbox(id))).isEmpty();
            assertThat(await(stores.blocks().blocked(id, Optional.empty(), 10))).isEmpty();
            assertThat(membership(owned, id)).isEmpty();
            assertThat(membership(owned, friend)).contains(heirOf(RoomRole.MEMBER));
            assertThat(membership(joined, id)).isEmpty();
            assertThat(await(stores.rooms().find(joined, id)).mutedUntil()).isEmpty();
            for (RoomList list : List.of(RoomList.owned(id), RoomList.joined(id))) {
                assertThat(await(new RoomListStore(stores.rowStore()).page(list, Optional.empty(), 10)))
                        .isEmpty();
            }
            assertThat(await(new UploadStore(stores.rowStore()).find(file.orElseThrow())))
                    .hasValueSatisfying(upload -> assertThat(upload.state()).isEqualTo(Upload.State.LAPSING));
        }

        private String export() throws Exception {
            return await(new UserExport(stages()).export(id, List.of(), 0)).toString();
        }
    }

    /** A store of which one call and all that follow fail. */
    private <T> T breaking(Class<T> port, Function<UserStores, T> store) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    int now = left.getAndDecrement();
                    Future<Object> broken = Future.failedFuture(new StoreFailure("it broke off"));
                    if (now > 0) {
                        return method.invoke(store.apply(stores), arguments);
                    }
                    return now == 0 && lastReached
                            ? ((Future<?>) method.invoke(store.apply(stores), arguments)).transform(any -> broken)
                            : broken;
                }));
    }

    private static boolean outcome(Future<DeletionReport> of) throws Exception {
        return await(of.transform(done -> Future.succeededFuture(done.succeeded())));
    }

    private RoomId room(String name, UserId owner) throws Exception {
        RoomId room = new RoomId(name);
        assertThat(await(directory().create(new Room(room, "A room", Visibility.PRIVATE, owner, NOW), Long.MAX_VALUE)))
                .isEqualTo(RoomChange.DONE);
        return room;
    }

    private void put(RoomId room, UserId user, RoomRole role) throws Exception {
        assertThat(await(directory().putMember(room, user, Membership.taken(role, 0), false, RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
    }

    private RoomDirectory directory() {
        return new RoomDirectory(stores.rooms(), new RoomListStore(stores.rowStore()), LIMITS);
    }

    private Optional<Membership> membership(RoomId room, UserId user) throws Exception {
        return await(stores.rooms().find(room, user)).membership();
    }

    private void append(StreamName stream, UserId author) throws Exception {
        append(stream, author, stream.isInbox() ? stream.inboxOwner() : author);
    }

    /** @param recipient of a direct message */
    private void append(StreamName stream, UserId author, UserId recipient) throws Exception {
        String id = "m-" + ids.incrementAndGet();
        String type = stream.isInbox()
                ? "\"type\":\"chat_message\",\"recipientId\":\"" + recipient.value() + "\",\"messageId\":\"" + id + '"'
                : "\"type\":\"chat\"";
        AppendRequest append = new AppendRequest(
                        stream,
                        KEPT,
                        NOW,
                        (type + ",\"userId\":\"" + author.value() + "\",\"content\":\"x\"}")
                                .getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(author, "chat", id, new byte[16], id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, author));
        boolean direct = stream.isInbox() && !stream.equals(StreamName.inbox(author));
        await(stores.streams().append(direct ? append.in(new Backlog(author, 100)) : append));
    }

    /** What becomes of a member of this role who did not ask to own the room. */
    private static Membership heirOf(RoomRole role) {
        return Membership.taken(role, 0).given(RoomRole.OWNER);
    }

    private List<String> texts(StreamName stream) throws Exception {
        return await(stores.streams().after(stream, 0, PLENTY)).entries().stream()
                .map(StreamEntry::body)
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .toList();
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
