package dev.portcullis.broadcast.expiry;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.node.assembly.UploadedFiles;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.expiry.ExpirySweeper.Round;
import dev.portcullis.broadcast.expiry.ExpirySweeper.SweepListener;
import dev.portcullis.broadcast.expiry.ExpirySweeperContract.Opened;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.Target.ToUser;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.uploads.ticket.Sums;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.TicketGrants;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.State;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of messages that were removed, in each store. */
abstract class RemovedFilesContract {
    private static final RoomId ROOM = new RoomId("lobby");
    private static final StreamName LOBBY = StreamName.room(ROOM);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final UserId EVE = new UserId("eve");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final StreamWindow WINDOW = new StreamWindow(1_000, TimeUnit.DAYS.toMillis(60));
    private static final int ALL = 10_000;

    final SettableClock clock = new SettableClock();
    private final AtomicInteger ended = new AtomicInteger();
    private Opened opened;
    private UploadStore uploads;
    private HoldStore holds;
    private int ids;

    abstract Opened open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        opened = open();
        uploads = new UploadStore(opened.rows());
        holds = new HoldStore(opened.rows());
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void file_ends_with_its_message() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        Upload other = kept(ANN, new ToRoom(ROOM));
        String id = say(LOBBY, ANN, file);
        say(LOBBY, ANN, other);
        sweep();
        assertThat(state(file)).contains(State.KEPT);

        delete(LOBBY, id, ANN);
        assertThat(files(LOBBY)).hasSize(1);
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(state(file)).contains(State.ENDING);
        assertThat(state(other)).contains(State.KEPT);
        assertThat(files(LOBBY)).isEmpty();
        assertThat(ended).hasValue(1);
        assertThat(await(uploads.claimDue(clock.getAsLong(), 10, clock.getAsLong() + MINUTE, any -> false))
                        .claimed())
                .extracting(Upload::id)
                .containsExactly(file.id());
    }

    @Test
    void all_files_of_a_message_end_also_where_it_was_edited() throws Exception {
        Upload[] files = {kept(ANN, new ToRoom(ROOM)), kept(ANN, new ToRoom(ROOM)), kept(ANN, new ToRoom(ROOM))};
        String id = say(LOBBY, ANN, files);
        edit(id);
        edit(id);
        assertThat(files(LOBBY)).isEmpty();
        delete(LOBBY, id, ANN);
        sweep();
        for (Upload file : files) {
            assertThat(state(file)).contains(State.ENDING);
        }
    }

    @Test
    void file_of_a_message_that_a_moderator_deletes_ends() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, file), EVE);
        sweep();
        assertThat(state(file)).contains(State.ENDING);
    }

    @Test
    void file_ends_with_a_message_whose_time_is_over() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        append(message(LOBBY, new ToRoom(ROOM), ANN, file).expiring(clock.getAsLong() + MINUTE));
        clock.pass(MINUTE);
        sweep();
        sweep();
        assertThat(state(file)).contains(State.ENDING);
        assertThat(files(LOBBY)).isEmpty();
    }

    @Test
    void file_of_a_conversation_ends_with_either_copy() throws Exception {
        for (StreamName copy : List.of(StreamName.inbox(ANN), StreamName.inbox(BEN))) {
            Upload file = kept(ANN, new ToUser(BEN));
            AppendRequest append =
                    message(StreamName.inbox(BEN), new ToUser(BEN), ANN, file).in(new AppendRequest.Backlog(ANN, 10));
            await(opened.streams().append(new PairedAppend(append, StreamName.inbox(ANN))));
            delete(copy, append.message().orElseThrow().id(), ANN);
            sweep();
            assertThat(state(file)).contains(State.ENDING);
        }
    }

    /** Anyone may name the file of another, whose id they know. */
    @Test
    void file_of_another_user_does_not_end() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, EVE, file), EVE);
        sweep();
        assertThat(state(file)).contains(State.KEPT);
        assertThat(files(LOBBY)).isEmpty();
        assertThat(ended).hasValue(0);
    }

    /** A moderator of one room must not reach what belongs to another, though its owner named it in both. */
    @Test
    void file_of_another_place_does_not_end() throws Exception {
        List<Upload> files = List.of(
                kept(ANN, new ToRoom(new RoomId("hall"))), kept(ANN, new ToUser(BEN)), kept(ANN, new ToUser(EVE)));
        delete(LOBBY, say(LOBBY, ANN, files.toArray(Upload[]::new)), EVE);
        delete(StreamName.inbox(BEN), say(StreamName.inbox(BEN), ANN, files.get(0), files.get(2)), ANN);
        sweep();
        assertThat(files).extracting(this::state).containsOnly(Optional.of(State.KEPT));
        assertThat(files(LOBBY)).isEmpty();
    }

    @Test
    void file_that_is_not_there_leaves_no_row() throws Exception {
        Upload never = upload(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, never), ANN);
        assertThat(files(LOBBY)).hasSize(1);
        sweep();
        assertThat(files(LOBBY)).isEmpty();
    }

    @Test
    void ticket_that_was_not_used_ends_too() throws Exception {
        Upload issued = upload(ANN, new ToRoom(ROOM));
        await(uploads.issue(issued, TestShares.quota(1L << 50, ALL)));
        delete(LOBBY, say(LOBBY, ANN, issued), ANN);
        sweep();
        assertThat(state(issued)).contains(State.LAPSING);
    }

    @Test
    void file_that_ends_already_is_left_to_who_ends_it() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        await(uploads.end(file.id(), clock.getAsLong() + MINUTE));
        sweep();
        assertThat(await(uploads.find(file.id())).map(Upload::dueAt)).contains(clock.getAsLong() + MINUTE);
        assertThat(ended).hasValue(0);
    }

    @Test
    void message_that_is_deleted_twice_or_not_at_all_writes_one_row_or_none() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        String id = say(LOBBY, ANN, file);
        assertThat(await(opened.streams().amend(deletion(LOBBY, id, BEN, false))))
                .isEqualTo(AppendResult.Refusal.NOT_AUTHOR);
        assertThat(files(LOBBY)).isEmpty();
        AmendRequest deletion = deletion(LOBBY, id, ANN, false);
        await(opened.streams().amend(deletion));
        await(opened.streams().amend(deletion));
        assertThat(files(LOBBY)).hasSize(1);
    }

    @Test
    void held_file_stays_until_its_hold_is_lifted_and_holds_up_no_other() throws Exception {
        Upload held = kept(ANN, new ToRoom(ROOM));
        Upload ofBen = kept(BEN, new ToRoom(ROOM));
        String first = say(LOBBY, ANN, held);
        String second = say(LOBBY, BEN, ofBen);
        Hold hold = new Hold.OfUser(ANN);
        await(holds.place(hold, "op", Long.MAX_VALUE));
        delete(LOBBY, first, ANN);
        sweep();
        assertThat(files(LOBBY)).isEmpty();
        delete(LOBBY, second, BEN);
        sweepAll();
        assertThat(state(held)).contains(State.HELD);
        assertThat(state(ofBen)).contains(State.ENDING);

        await(holds.lift(hold, Long.MAX_VALUE));
        assertThat(sweepAll()).isEqualTo(new Round(true, false));
        sweep();
        assertThat(state(held)).contains(State.ENDING);
        assertThat(heldFiles(LOBBY)).isEmpty();
    }

    /** It ends by its own time, as without a hold. */
    @Test
    void held_file_is_due_as_before_and_counts_for_its_owner() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        long due = await(uploads.find(file.id())).orElseThrow().dueAt();
        Sums before = await(uploads.all());
        await(holds.place(new Hold.OfRoom(ROOM), "op", Long.MAX_VALUE));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        sweep();
        Upload held = await(uploads.find(file.id())).orElseThrow();
        assertThat(held.state()).isEqualTo(State.HELD);
        assertThat(held.isKept(clock.getAsLong())).isFalse();
        assertThat(held.dueAt()).isEqualTo(due);
        assertThat(await(uploads.all())).isEqualTo(before);
        assertThat(await(uploads.claimDue(due, 10, due + MINUTE, any -> false)).claimed())
                .extracting(Upload::id)
                .containsExactly(file.id());
    }

    /** A ticket that stays good would tell that there is a hold. */
    @Test
    void file_that_no_one_could_fetch_yet_ends_under_a_hold_as_without_one() throws Exception {
        await(holds.place(new Hold.OfRoom(ROOM), "op", Long.MAX_VALUE));
        Upload issued = upload(ANN, new ToRoom(ROOM));
        Upload receiving = upload(ANN, new ToRoom(ROOM));
        for (Upload each : List.of(issued, receiving)) {
            await(uploads.issue(each, TestShares.quota(1L << 50, ALL)));
        }
        take(receiving);
        delete(LOBBY, say(LOBBY, ANN, issued, receiving), ANN);
        sweep();
        assertThat(state(issued)).contains(State.LAPSING);
        assertThat(state(receiving)).contains(State.ENDING);
        assertThat(await(uploads.keep(receiving.id(), clock.getAsLong(), clock.getAsLong() + MINUTE)))
                .isFalse();
        assertThat(files(LOBBY)).isEmpty();
        assertThat(heldFiles(LOBBY)).isEmpty();
    }

    /** A node that was killed between the two steps does both again. */
    @Test
    void file_that_was_hidden_already_moves_behind_its_hold() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        await(holds.place(new Hold.OfRoom(ROOM), "op", Long.MAX_VALUE));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        await(uploads.hideIf(file.id(), any -> true));
        sweep();
        assertThat(state(file)).contains(State.HELD);
        assertThat(heldFiles(LOBBY)).hasSize(1);
    }

    @Test
    void file_is_held_until_the_last_of_its_holds_is_lifted() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        String id = say(LOBBY, ANN, file);
        List<Hold> both = List.of(new Hold.OfRoom(ROOM), new Hold.OfUser(ANN));
        for (Hold hold : both) {
            await(holds.place(hold, "op", Long.MAX_VALUE));
        }
        delete(LOBBY, id, EVE);
        for (Hold hold : both) {
            sweepAll();
            sweep();
            assertThat(state(file)).contains(State.HELD);
            await(holds.lift(hold, Long.MAX_VALUE));
        }
        sweepAll();
        sweep();
        assertThat(state(file)).contains(State.ENDING);
    }

    /** The copy of the sender is deleted as well, and no hold covers that one. */
    @Test
    void hold_of_either_user_of_a_conversation_keeps_its_files() throws Exception {
        for (UserId user : List.of(ANN, BEN)) {
            Upload file = kept(ANN, new ToUser(BEN));
            await(holds.place(new Hold.OfUser(user), "op", Long.MAX_VALUE));
            for (StreamName inbox : List.of(StreamName.inbox(ANN), StreamName.inbox(BEN))) {
                delete(inbox, say(inbox, ANN, file), ANN);
            }
            sweepAll();
            assertThat(state(file)).contains(State.HELD);
            await(holds.lift(new Hold.OfUser(user), Long.MAX_VALUE));
            sweepAll();
            sweep();
            assertThat(state(file)).contains(State.ENDING);
        }
    }

    @Test
    void many_holds_of_a_lane_hide_none_that_was_lifted() throws Exception {
        List<RoomId> rooms = Stream.iterate(0, i -> i + 1)
                .map(i -> new RoomId("r" + i))
                .filter(room -> StreamName.room(room).lane() == LOBBY.lane())
                .limit(40)
                .toList();
        List<Upload> files = new ArrayList<>();
        for (RoomId room : rooms) {
            await(holds.place(new Hold.OfRoom(room), "op", Long.MAX_VALUE));
            StreamName stream = StreamName.room(room);
            files.add(kept(ANN, new ToRoom(room)));
            delete(stream, say(stream, ANN, files.get(files.size() - 1)), ANN);
        }
        sweep();
        RemovedFileSweeper sweeper = files(opened.rows());
        ExpirySweeper rounds = sweeper(sweeper, true);
        await(holds.lift(new Hold.OfRoom(rooms.get(39)), Long.MAX_VALUE));
        for (int i = 0; i < 8; i++) {
            await(rounds.round(true));
        }
        assertThat(state(files.get(39))).contains(State.ENDING);
        assertThat(heldFiles(LOBBY)).hasSize(39);
    }

    @Test
    void more_than_a_round_takes_end_with_the_next_ones() throws Exception {
        for (int i = 0; i <= RemovedFileSweeper.FILES_OF_LANE / 8; i++) {
            Upload[] files = new Upload[8];
            for (int j = 0; j < files.length; j++) {
                files[j] = kept(ANN, new ToRoom(ROOM));
            }
            delete(LOBBY, say(LOBBY, ANN, files), ANN);
        }
        assertThat(sweep()).isEqualTo(new Round(true, false));
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(ended).hasValue(RemovedFileSweeper.FILES_OF_LANE + 8);
    }

    @Test
    void store_that_fails_leaves_the_row_and_the_file() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        int uploadsLane = Lanes.of("uploads");
        for (RowStore failing : List.of(
                new FailingRows(opened.rows(), uploadsLane, true),
                new FailingRows(opened.rows(), uploadsLane, false),
                new FailingRows(opened.rows(), 0, true))) {
            assertThat(await(sweeper(files(failing), true).round(false))).isEqualTo(new Round(false, true));
            assertThat(state(file)).contains(State.KEPT);
            assertThat(files(LOBBY)).hasSize(1);
        }
        sweep();
        assertThat(state(file)).contains(State.ENDING);
    }

    /** As after a kill between the two steps. */
    @Test
    void row_that_was_left_behind_goes_with_the_next_round() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        assertThat(await(sweeper(files(new FailingRows(opened.rows(), LOBBY.lane(), false)), true)
                        .round(false)))
                .isEqualTo(new Round(false, true));
        assertThat(state(file)).contains(State.ENDING);
        assertThat(files(LOBBY)).hasSize(1);
        sweep();
        assertThat(files(LOBBY)).isEmpty();
        assertThat(ended).hasValue(1);
    }

    @Test
    void lane_of_another_node_is_looked_at_with_all() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        delete(LOBBY, say(LOBBY, ANN, file), ANN);
        ExpirySweeper other = sweeper(files(opened.rows()), false);
        await(other.round(false));
        assertThat(state(file)).contains(State.KEPT);
        await(other.round(true));
        assertThat(state(file)).contains(State.ENDING);
    }

    /** No one could fetch them or delete their messages, and they would count for their senders all the same. */
    @Test
    void files_of_a_deleted_room_end_and_others_stay() throws Exception {
        Upload ofAnn = kept(ANN, new ToRoom(ROOM));
        Upload ofBen = kept(BEN, new ToRoom(ROOM));
        Upload issued = upload(ANN, new ToRoom(ROOM));
        await(uploads.issue(issued, TestShares.quota(1L << 50, ALL)));
        Upload elsewhere = kept(ANN, new ToRoom(new RoomId("lobby2")));
        Upload direct = kept(ANN, new ToUser(BEN));
        deleteRoom();
        assertThat(sweep()).isEqualTo(new Round(true, false));
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(state(ofAnn)).contains(State.ENDING);
        assertThat(state(ofBen)).contains(State.ENDING);
        assertThat(state(issued)).contains(State.LAPSING);
        assertThat(state(elsewhere)).contains(State.KEPT);
        assertThat(state(direct)).contains(State.KEPT);
        assertThat(files(LOBBY)).isEmpty();
        for (Upload each : List.of(ofAnn, ofBen, issued)) {
            await(uploads.remove(each.id()));
        }
        assertThat(await(uploads.sentTo(ROOM, "", ALL)).found()).isEmpty();
        assertThat(await(uploads.all()).uploads()).isEqualTo(2);
    }

    @Test
    void more_files_of_a_deleted_room_than_a_round_takes_end_with_the_next_ones() throws Exception {
        int many = RemovedFileSweeper.FILES_OF_LANE * 2 + 1;
        for (int i = 0; i < many; i++) {
            kept(ANN, new ToRoom(ROOM));
        }
        deleteRoom();
        for (int rounds = 0; sweep().more(); rounds++) {
            assertThat(rounds).isLessThan(8);
        }
        assertThat(ended).hasValue(many);
        assertThat(files(LOBBY)).isEmpty();
    }

    @Test
    void hold_keeps_the_files_of_a_deleted_room_until_it_is_lifted() throws Exception {
        Upload ofAnn = kept(ANN, new ToRoom(ROOM));
        Upload ofBen = kept(BEN, new ToRoom(ROOM));
        Hold hold = new Hold.OfUser(ANN);
        await(holds.place(hold, "op", Long.MAX_VALUE));
        deleteRoom();
        sweep();
        sweep();
        assertThat(state(ofAnn)).contains(State.HELD);
        assertThat(state(ofBen)).contains(State.ENDING);
        await(holds.lift(hold, Long.MAX_VALUE));
        sweepAll();
        sweep();
        assertThat(state(ofAnn)).contains(State.ENDING);
    }

    @Test
    void store_that_fails_leaves_the_row_of_a_deleted_room() throws Exception {
        Upload file = kept(ANN, new ToRoom(ROOM));
        deleteRoom();
        for (int lane : List.of(Lanes.of("uploads"), LOBBY.lane())) {
            assertThat(await(sweeper(files(new FailingRows(opened.rows(), lane, true)), true)
                            .round(false)))
                    .isEqualTo(new Round(false, true));
            assertThat(files(LOBBY)).hasSize(1);
        }
        sweep();
        sweep();
        assertThat(state(file)).contains(State.ENDING);
    }

    private void deleteRoom() throws Exception {
        RoomStore rooms = new RoomStore(opened.rows());
        await(rooms.create(new Room(ROOM, "Lobby", Visibility.PRIVATE, EVE, 1), Long.MAX_VALUE));
        assertThat(await(rooms.delete(ROOM, EVE, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
    }

    private Round sweep() throws Exception {
        return await(sweeper(files(opened.rows()), true).round(false));
    }

    private Round sweepAll() throws Exception {
        return await(sweeper(files(opened.rows()), true).round(true));
    }

    private RemovedFileSweeper files(RowStore rows) {
        return new RemovedFileSweeper(
                rows, new UploadedFiles(new UploadStore(rows)), new HoldStore(rows), ended::incrementAndGet);
    }

    private ExpirySweeper sweeper(RemovedFileSweeper files, boolean own) {
        ExpiryPolicy policy = new ExpiryPolicy(StreamWindows.fixed(WINDOW, WINDOW), clock);
        return new ExpirySweeper(opened.rows(), opened.streams(), policy, files, lane -> own, new SweepListener() {
            @Override
            public void deleted(StreamEntry deletion) {
                // only the files matter here
            }

            @Override
            public void waited(long ms) {
                // only the files matter here
            }

            @Override
            public Future<Void> rest(long ms) {
                return Future.succeededFuture();
            }
        });
    }

    private Upload kept(UserId owner, Target target) throws Exception {
        Upload upload = upload(owner, target);
        await(uploads.issue(upload, TestShares.quota(1L << 50, ALL)));
        take(upload);
        await(uploads.keep(upload.id(), clock.getAsLong(), clock.getAsLong() + TimeUnit.DAYS.toMillis(30)));
        return upload;
    }

    private void take(Upload upload) throws Exception {
        await(uploads.take(
                upload.id(),
                upload.ticketHash(),
                clock.getAsLong(),
                clock.getAsLong() + MINUTE,
                TestShares.quota(1L << 50, ALL)));
    }

    private Upload upload(UserId owner, Target target) {
        UploadTicket ticket = UploadTicket.draw(RANDOM);
        return new Upload(
                ticket.file(),
                State.ISSUED,
                owner,
                target,
                "a.txt",
                3,
                "text/plain",
                ticket.hash(),
                clock.getAsLong(),
                clock.getAsLong() + MINUTE,
                TicketGrants.MEMBER,
                TestShares.NOWHERE);
    }

    private Optional<State> state(Upload upload) {
        try {
            return await(uploads.find(upload.id())).map(Upload::state);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private String say(StreamName stream, UserId author, Upload... files) throws Exception {
        Target target = stream.roomId()
                .<Target>map(ToRoom::new)
                .orElseGet(() -> new ToUser(stream.equals(StreamName.inbox(ANN)) ? BEN : stream.inboxOwner()));
        AppendRequest append = message(stream, target, author, files);
        append(append);
        return append.message().orElseThrow().id();
    }

    private void append(AppendRequest append) throws Exception {
        assertThat(await(opened.streams().append(append))).isInstanceOf(AppendResult.Placed.class);
    }

    private AppendRequest message(StreamName stream, Target target, UserId author, Upload... files) {
        String id = "m" + ++ids;
        byte[] body = new DeliveredMessage(
                        target,
                        id,
                        author,
                        Optional.empty(),
                        "see",
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Stream.of(files)
                                .map(file -> new Attachment("file", "https://h/api/files/" + file.id(), "a"))
                                .toList(),
                        clock.getAsLong(),
                        Optional.empty())
                .body();
        return request(stream, body, author, "k" + ids, id).carrying(new Message(id, author));
    }

    private void edit(String id) throws Exception {
        byte[] body = ("\"type\":\"message_edited\",\"messageId\":\"" + id + "\",\"content\":\"x\"}")
                .getBytes(StandardCharsets.UTF_8);
        AmendRequest amend = new AmendRequest(
                request(LOBBY, body, ANN, "a" + ++ids, id), id, ANN, false, Change.EDIT, Long.MIN_VALUE, 1_000, 10);
        assertThat(await(opened.streams().amend(amend))).isInstanceOf(AppendResult.Stored.class);
    }

    private void delete(StreamName stream, String id, UserId by) throws Exception {
        assertThat(await(opened.streams().amend(deletion(stream, id, by, true))))
                .isInstanceOf(AppendResult.Stored.class);
    }

    private AmendRequest deletion(StreamName stream, String id, UserId by, boolean anyAuthor) {
        Target target = stream.roomId().<Target>map(ToRoom::new).orElseGet(() -> new ToUser(BEN));
        byte[] body = DeliveredMessage.deletedBody(target, id, by, clock.getAsLong());
        return new AmendRequest(
                request(stream, body, by, "d" + ++ids, id),
                id,
                by,
                anyAuthor,
                Change.DELETE,
                Long.MIN_VALUE,
                1_000,
                10);
    }

    private AppendRequest request(StreamName stream, byte[] body, UserId author, String key, String id) {
        return new AppendRequest(
                stream,
                WINDOW,
                clock.getAsLong(),
                body,
                Optional.of(author),
                Optional.of(new IdempotencyKey(author, "chat", key, new byte[] {1}, id)),
                Long.MAX_VALUE);
    }

    private List<Row> files(StreamName stream) throws Exception {
        return rows(stream, RemovedFiles.first(ALL));
    }

    private List<Row> heldFiles(StreamName stream) throws Exception {
        return rows(stream, RemovedFiles.held("", ALL));
    }

    private List<Row> rows(StreamName stream, RowRange range) throws Exception {
        return await(opened.rows().read(stream.lane(), ReadSet.of(range))).get(range);
    }

    /** Fails for one lane: each call, or only those that change something. */
    private record FailingRows(RowStore rows, int failing, boolean reads) implements RowStore {
        @Override
        public Future<Rows> read(int lane, ReadSet reads) {
            return lane == failing && this.reads ? failure() : rows.read(lane, reads);
        }

        @Override
        public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
            return lane == failing ? failure() : rows.change(lane, reads, step);
        }

        private static <T> Future<T> failure() {
            return Future.failedFuture(new StoreFailure("away"));
        }
    }
}
