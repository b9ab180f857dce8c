package dev.portcullis.uploads;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.uploads.UploadTickets.IssuedTicket;
import dev.portcullis.uploads.UploadTickets.Wanted;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.disk.IncomingBody;
import dev.portcullis.uploads.disk.ReceiveRefusal;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.TicketGrants;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class DiskUploadsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final Target ROOM = new Target.ToRoom(new RoomId("lobby"));
    private static final String TEXT = "hello, world";
    private static final String FULL = "x".repeat(20);

    @TempDir
    Path temporary;

    private final Set<UserId> banned = new HashSet<>();
    private final Set<UserId> excluded = new HashSet<>();
    private final UploadRights rights = new UploadRights() {
        @Override
        public boolean isOver(UserId owner) {
            return banned.contains(owner);
        }

        @Override
        public Future<Boolean> maySend(Upload upload) {
            return Future.succeededFuture(!excluded.contains(upload.owner()));
        }
    };
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final UploadsConfig config = UploadFixture.config("""
            {"kind": "disk", "folder": "files", "maxBytes": 20, "userBytes": 40, "nodeBytes": 50, "ticketMs": 10000,
             "keepMs": 100000, "newUserMs": 0, "reservePercent": 0, "userPercent": 100000}""");
    private Vertx vertx;
    private EmbeddedStore engine;
    private DiskFolder folder;
    private WorkerPool workers;
    private UploadTickets uploadTickets;
    private DiskUploads uploads;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        open();
        heal();
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        folder.close();
        engine.close();
    }

    @Test
    void file_is_uploaded_by_its_ticket_once_and_fetched_by_members() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());

        assertThat(send(ticket, TEXT)).matches(Result::isDone);
        assertThat(refusal(send(ticket, TEXT))).isEqualTo(Why.NO_TICKET);

        assertThat(find(ticket.file(), BOB, DiskUploadsTest::isMember))
                .map(Upload::name)
                .contains("a.txt");
        assertThat(find(ticket.file(), BOB, DiskUploadsTest::isStranger)).isEmpty();
        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isStranger))
                .as("who was removed from the room")
                .isEmpty();
    }

    @Test
    void file_for_a_user_is_fetched_by_both_and_by_no_other() throws Exception {
        UploadTicket ticket = issue(new Target.ToUser(BOB), TEXT.length());
        send(ticket, TEXT);

        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isMember)).isPresent();
        assertThat(find(ticket.file(), BOB, DiskUploadsTest::isMember)).isPresent();
        assertThat(find(ticket.file(), new UserId("eve"), DiskUploadsTest::isMember))
                .isEmpty();
        assertThat(find(ticket.file(), BOB, DiskUploadsTest::isStranger))
                .as("whose role may not read")
                .isEmpty();
    }

    @Test
    void file_is_not_found_before_it_is_kept_nor_after_its_time() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isMember)).isEmpty();
        send(ticket, TEXT);

        now.addAndGet(config.keepMs());

        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isMember)).isEmpty();
        assertThat(done(uploads.sweep())).isEqualTo(1);
        assertThat(files()).isEmpty();
        assertThat(uploads.bytes()).isZero();
    }

    @Test
    void ticket_that_this_node_has_issued_says_whose_it_is_until_it_is_used_or_over() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        assertThat(uploads.ownerOf(ticket)).contains(ANN);
        assertThat(uploads.ownerOf(new UploadTicket(ticket.file(), "A".repeat(43))))
                .as("another secret")
                .isEmpty();
        send(ticket, TEXT);
        assertThat(uploads.ownerOf(ticket)).isEmpty();

        UploadTicket late = issue(ROOM, TEXT.length());
        now.addAndGet(10_000);
        assertThat(uploads.ownerOf(late)).isEmpty();
    }

    @Test
    void ticket_with_another_secret_is_refused() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        UploadTicket forged = new UploadTicket(ticket.file(), "A".repeat(43));

        assertThat(refusal(send(forged, TEXT))).isEqualTo(Why.NO_TICKET);

        assertThat(send(ticket, TEXT)).matches(Result::isDone);
    }

    @Test
    void old_ticket_is_refused_and_its_bytes_are_free_for_its_user_after_a_sweep() throws Exception {
        UploadTicket ticket = issue(ROOM, 20);
        issue(ROOM, 20);
        now.addAndGet(config.ticketMs());

        assertThat(refusal(send(ticket, TEXT))).isEqualTo(Why.NO_TICKET);

        assertThat(refusedIssue(ANN, "a.txt", 1)).isEqualTo(Rejection.of(Reason.CONFLICT));
        done(uploads.sweep());
        assertThat(uploads.bytes()).isZero();
        issue(ROOM, 20);
    }

    @Test
    void refused_file_leaves_nothing_and_does_not_count() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());

        assertThat(refusal(send(ticket, "\0\1\2 binary!!"))).isEqualTo(Why.WRONG_TYPE);

        assertThat(files()).isEmpty();
        assertThat(uploads.bytes()).isZero();
        assertThat(done(uploadTickets.store().find(ticket.file()))).isEmpty();
    }

    @Test
    void bounds_of_user_and_node_refuse_with_their_reasons() throws Exception {
        send(issue(ROOM, 20), FULL);
        send(issue(ROOM, 20), FULL);

        assertThat(refusedIssue(ANN, "a.txt", 1)).isEqualTo(Rejection.of(Reason.CONFLICT));
        assertThat(uploads.bytes()).isEqualTo(40);
        assertThat(refusedIssue(BOB, "a.txt", 11)).isEqualTo(Rejection.unavailable());
        assertThat(refusedIssue(BOB, "../a", 1)).isNotEqualTo(Rejection.unavailable());
        assertThat(done(uploads.issue(wanted(BOB, ROOM, "a.txt", 10)))).isInstanceOf(Result.Done.class);
    }

    /** Else strangers would keep all others from sending files, with tickets that they never use (CWE-770). */
    @Test
    void tickets_take_no_room_of_the_node_until_they_are_used() throws Exception {
        List<UploadTicket> tickets = List.of(issue(ROOM, 20), issue(ROOM, 20), issue(BOB, 20), issue(BOB, 20));
        assertThat(uploads.bytes()).isZero();

        send(tickets.get(0), FULL);
        send(tickets.get(1), FULL);
        assertThat(refusal(send(tickets.get(2), FULL))).isEqualTo(Why.NO_ROOM);
        assertThat(uploads.bytes()).isEqualTo(40);
        done(uploadTickets.store().end(tickets.get(0).file(), now.get()));
        done(uploads.sweep());

        assertThat(send(tickets.get(2), FULL)).as("the ticket was not used up").matches(Result::isDone);
        now.addAndGet(config.ticketMs());
        done(uploads.sweep());
        assertThat(uploads.bytes()).as("what was never sent frees nothing").isEqualTo(40);
    }

    @Test
    void upload_of_a_user_who_is_banned_meanwhile_is_refused() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());

        Result<Upload, ReceiveRefusal> result = receive(ticket, () -> Future.succeededFuture(banned.add(ANN)));

        assertThat(refusal(result)).isEqualTo(Why.NO_TICKET);
        assertThat(files()).isEmpty();
        assertThat(uploads.bytes()).isZero();
    }

    @Test
    void upload_whose_file_goes_with_its_user_is_refused_like_an_unknown_one() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());

        Result<Upload, ReceiveRefusal> result = receive(
                ticket,
                () -> uploadTickets.store().end(ticket.file(), now.get()).compose(any -> uploads.sweep()));

        assertThat(refusal(result)).isEqualTo(Why.NO_TICKET);
        assertThat(files()).isEmpty();
        assertThat(uploads.bytes()).isZero();
    }

    @Test
    void nothing_is_issued_or_received_before_the_start_has_healed() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        stop();
        open();

        assertThat(refusedIssue(ANN, "a.txt", 1)).isEqualTo(Rejection.unavailable());
        assertThat(refusal(send(ticket, TEXT))).isEqualTo(Why.BUSY);

        heal();
        assertThat(uploads.bytes()).as("of a ticket").isZero();
        assertThat(send(ticket, TEXT)).matches(Result::isDone);
    }

    @Test
    void file_without_a_row_and_row_without_a_file_are_healed_at_the_start() throws Exception {
        UploadTicket sound = issue(ROOM, TEXT.length());
        send(sound, TEXT);
        UploadTicket lost = issue(ROOM, TEXT.length());
        send(lost, TEXT);
        folder.delete(lost.file());
        UploadTicket orphan = issue(new Target.ToUser(BOB), 16);
        Path file = files().stream()
                .filter(each -> each.endsWith(sound.file().value()))
                .findFirst()
                .orElseThrow();
        String random = orphan.file().value();
        Path folders =
                temporary.resolve("files/kept").resolve(random.substring(0, 2)).resolve(random.substring(2, 4));
        Files.createDirectories(folders);
        Files.copy(file, folders.resolve(orphan.file().value()));
        done(uploadTickets.store().end(orphan.file(), now.get()));
        done(uploadTickets.store().remove(orphan.file()));

        stop();
        restart();

        assertThat(files()).containsExactly(file);
        assertThat(find(sound.file(), ANN, DiskUploadsTest::isMember)).isPresent();
        assertThat(find(lost.file(), ANN, DiskUploadsTest::isMember)).isEmpty();
        assertThat(done(uploadTickets.store().find(lost.file()))).isEmpty();
        assertThat(uploads.bytes()).isEqualTo(TEXT.length());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ticket_of_a_user_who_is_banned_or_has_lost_the_right_to_it_is_good_again_afterwards(boolean isBan)
            throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        Set<UserId> without = isBan ? banned : excluded;
        without.add(ANN);
        assertThat(refusal(send(ticket, TEXT))).isEqualTo(Why.NO_TICKET);
        without.clear();
        assertThat(send(ticket, TEXT)).matches(Result::isDone);
    }

    @Test
    void file_whose_row_goes_while_it_arrives_is_not_left() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        FileId id = ticket.file();
        Result<Upload, ReceiveRefusal> result = receive(
                ticket,
                () -> uploadTickets
                        .store()
                        .end(id, now.get())
                        .compose(any -> uploadTickets.store().remove(id)));

        assertThat(refusal(result)).isEqualTo(Why.NO_TICKET);
        assertThat(files()).isEmpty();
    }

    @Test
    void folder_of_other_files_ends_the_start_and_no_upload() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        send(ticket, TEXT);
        stop();
        Path mounted = temporary.resolve("files");
        Path away = temporary.resolve("away");
        Files.move(mounted, away);
        open();

        assertThatThrownBy(() -> done(uploads.countRows()))
                .hasStackTraceContaining(StoreOpenException.class.getName())
                .hasStackTraceContaining("uploads.folder");
        assertThat(refusedIssue(ANN, "a.txt", 1)).isEqualTo(Rejection.unavailable());

        stop();
        deleteAll(mounted);
        Files.move(away, mounted);
        restart();
        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isMember)).isPresent();
        assertThat(files()).hasSize(1);
    }

    @Test
    void operator_says_that_the_files_of_a_folder_are_lost() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        send(ticket, TEXT);
        String before = folder.id().value();
        stop();
        deleteAll(temporary.resolve("files"));
        open();
        Path id = folder.id().file();
        stop();
        Files.writeString(id, before + "\n");
        open();

        heal();

        assertThat(done(uploadTickets.store().find(ticket.file()))).isEmpty();
        assertThat(uploads.bytes()).isZero();
    }

    @Test
    void files_outlive_one_start_with_another_store() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        send(ticket, TEXT);
        stop();
        Path rows = temporary.resolve("rows");
        Files.move(rows, temporary.resolve("right"));
        restart();
        assertThat(files()).hasSize(1);

        stop();
        deleteAll(rows);
        Files.move(temporary.resolve("right"), rows);
        restart();
        assertThat(find(ticket.file(), ANN, DiskUploadsTest::isMember)).isPresent();
    }

    /** An operator corrects the configuration between the starts. */
    @Test
    void files_outlive_failed_starts_with_another_store() throws Exception {
        send(issue(ROOM, TEXT.length()), TEXT);
        stop();
        Path rows = temporary.resolve("rows");
        Files.move(rows, temporary.resolve("right"));
        for (int failed = 0; failed < 3; failed++) {
            open();
            done(uploads.countRows());
            stop();
        }
        restart();
        assertThat(files()).as("after the first start that succeeds").hasSize(1);

        stop();
        restart();
        assertThat(files()).as("after the second one").isEmpty();
    }

    @Test
    void upload_that_was_under_way_in_a_crash_ends_by_itself() throws Exception {
        UploadTicket ticket = issue(ROOM, TEXT.length());
        done(uploadTickets.take(ticket.file(), ticket.hash(), now.get(), now.get() + 5_000));
        stop();
        restart();
        assertThat(uploads.bytes()).isEqualTo(TEXT.length());

        now.addAndGet(5_000);
        assertThat(done(uploads.sweep())).isEqualTo(1);

        assertThat(uploads.bytes()).isZero();
    }

    private void restart() throws Exception {
        open();
        heal();
    }

    /** What a start does that succeeds. */
    private void heal() throws Exception {
        done(uploads.countRows().compose(any -> uploads.bind()).compose(any -> uploads.removeOrphans()));
    }

    private void open() throws Exception {
        engine = EmbeddedStore.open(
                Files.createDirectories(temporary.resolve("rows")),
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        folder = DiskFolder.open(temporary.resolve("files"));
        workers = new WorkerPool(vertx, "files", new WorkerPool.Config(1, 10, 30_000), () -> {});
        uploadTickets = new UploadTickets(
                new UploadStore(new EmbeddedRowStore(engine, System::currentTimeMillis)), config, any -> {}, now::get);
        uploads = new DiskUploads(vertx, uploadTickets, folder, workers, address -> false);
    }

    private UploadTicket issue(Target target, long size) throws Exception {
        return issue(ANN, target, size);
    }

    private UploadTicket issue(UserId owner, long size) throws Exception {
        return issue(owner, ROOM, size);
    }

    private UploadTicket issue(UserId owner, Target target, long size) throws Exception {
        Result<IssuedTicket, Rejection> result = done(uploads.issue(wanted(owner, target, "a.txt", size)));
        return result.fold(IssuedTicket::ticket, why -> {
            throw new AssertionError(why);
        });
    }

    private Result<Upload, ReceiveRefusal> send(UploadTicket ticket, String content) throws Exception {
        return done(uploads.receive(
                ticket,
                new IncomingBody(new OneChunk(Buffer.buffer(content)), OptionalLong.empty()),
                List.of(),
                rights,
                any -> {}));
    }

    /** @param meanwhile what happens before the file arrives, and after its ticket was used */
    private Result<Upload, ReceiveRefusal> receive(UploadTicket ticket, Supplier<Future<?>> meanwhile)
            throws Exception {
        OneChunk body = new OneChunk(Buffer.buffer(TEXT), meanwhile);
        return done(
                uploads.receive(ticket, new IncomingBody(body, OptionalLong.empty()), List.of(), rights, any -> {}));
    }

    private Optional<Upload> find(FileId id, UserId reader, Function<Target, Future<Boolean>> readers)
            throws Exception {
        return done(uploadTickets.find(id, reader, readers));
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(temporary.resolve("files"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("lock") && !file.endsWith("id"))
                    .toList();
        }
    }

    private static Why refusal(Result<Upload, ReceiveRefusal> result) {
        return result.fold(
                received -> {
                    throw new AssertionError("received");
                },
                ReceiveRefusal::why);
    }

    private static Wanted wanted(UserId owner, Target target, String name, long size) {
        return new Wanted(owner, List.of(), TicketGrants.MEMBER, target, name, size, "text/plain");
    }

    private Rejection refusedIssue(UserId owner, String name, long size) {
        return done(uploads.issue(wanted(owner, ROOM, name, size)))
                .fold(
                        any -> {
                            throw new AssertionError(any);
                        },
                        why -> why);
    }

    private static Future<Boolean> isMember(Target target) {
        return Future.succeededFuture(target.fold(new RoomId("lobby")::equals, user -> true));
    }

    private static Future<Boolean> isStranger(Target target) {
        return Future.succeededFuture(false);
    }
}
