package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.archive.embedded.EmbeddedArchive;
import dev.portcullis.archive.postgres.PostgresArchive;
import dev.portcullis.archive.postgres.PostgresConfig;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prints what a page of old messages and an edit of one take while so many edits of their room wait for the archive. Run it by hand:
 * {@code java -cp … dev.portcullis.archive.WaitingAmendmentsBench [edits]}.
 */
final class WaitingAmendmentsBench {
    private static final RoomId ROOM = new RoomId("lobby");
    private static final StreamName LOBBY = StreamName.room(ROOM);
    private static final UserId ANN = new UserId("ann");
    private static final StreamWindow WINDOW = new StreamWindow(300, TimeUnit.DAYS.toMillis(1), true);
    private static final int MESSAGES = 2_000;
    private static final int SAID_SINCE = 300;
    private static final int EDITED = 100;
    private static final int READS = Integer.getInteger("reads", 40);

    private final SettableClock clock = new SettableClock();
    private final EmbeddedStreamsFixture store;
    private final StreamStore streams;
    private final ArchiveFeeder feeder;

    private WaitingAmendmentsBench(EmbeddedStreamsFixture store, ArchiveStore archive) {
        this.store = store;
        this.streams =
                new ArchivedStreams(store.streams(), archive, store.streams().unarchived(), store.rows(), 10_000);
        this.feeder = new ArchiveFeeder(
                new ArchiveFeeder.Source(
                        store.rows(),
                        store.streams().unarchived(),
                        stream -> WINDOW.entries(),
                        () -> RetentionConfig.UNBOUNDED,
                        after -> Future.succeededFuture(List.of())),
                archive,
                new ArchiveBacklog(() -> Long.MAX_VALUE, ArchiveConfig.OnFull.REFUSE),
                "a",
                lane -> true,
                (entries, missing) -> {});
    }

    public static void main(String[] args) throws Exception {
        int edits = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        Vertx vertx = Vertx.vertx();
        try (PostgresServer server = PostgresServer.start("fsync=on");
                EmbeddedStreamsFixture store = EmbeddedStreamsFixture.open(
                        Files.createTempDirectory("portcullis-bench-"), new SettableClock())) {
            PostgresConfig config = PostgresConfig.at(server.uri(server.newDatabase()));
            PostgresArchive archive = done(PostgresArchive.open(vertx, config, any -> {}));
            new WaitingAmendmentsBench(store, archive).run("PostgreSQL", edits);
            done(archive.close());
        }
        done(vertx.close());
        try (EmbeddedStreamsFixture store =
                EmbeddedStreamsFixture.open(Files.createTempDirectory("portcullis-bench-"), new SettableClock())) {
            new WaitingAmendmentsBench(store, EmbeddedArchive.open(store.store(), Long.MAX_VALUE))
                    .run("embedded", edits);
        }
        System.exit(0);
    }

    private void run(String name, int edits) {
        say(1, MESSAGES);
        feed();
        say(MESSAGES + 1, MESSAGES + SAID_SINCE); // they trim the window
        feed();
        print(name, 0);
        feed();
        for (int i = 0; i < edits; i++) {
            done(store.streams().amend(edit("m" + (MESSAGES + SAID_SINCE - i % EDITED))));
        }
        print(name, edits);
    }

    private void say(int from, int to) {
        for (int i = from; i <= to; i++) {
            done(streams.append(request("\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"m" + i
                            + "\",\"userId\":\"ann\",\"content\":\"hello " + i + "\"}")
                    .carrying(new Message("m" + i, ANN))));
        }
    }

    private void feed() {
        while (done(feeder.round())) {
            clock.pass(1);
        }
    }

    private void print(String name, int edits) {
        long[] pages = new long[READS];
        long[] changes = new long[READS];
        for (int i = 0; i < READS; i++) {
            long begun = System.nanoTime();
            done(streams.latest(LOBBY, 500 + i, new Bounds(50, 1 << 20)));
            pages[i] = System.nanoTime() - begun;
            begun = System.nanoTime();
            done(streams.amend(edit("m" + (100 + i))));
            changes[i] = System.nanoTime() - begun;
        }
        System.out.printf(
                "%s, %,d edits wait: page of 50 %.1f ms, edit %.1f ms%n", name, edits, median(pages), median(changes));
    }

    private AmendRequest edit(String message) {
        AppendRequest append = request("\"type\":\"message_edited\",\"roomId\":\"lobby\",\"messageId\":\"" + message
                + "\",\"userId\":\"ann\",\"content\":\"edited, and said a little better than it was\"}");
        return new AmendRequest(append, message, ANN, false, Change.EDIT, Long.MIN_VALUE, 100_000, 1_000_000);
    }

    private AppendRequest request(String body) {
        return new AppendRequest(
                LOBBY,
                WINDOW,
                clock.getAsLong(),
                body.getBytes(StandardCharsets.UTF_8),
                Optional.of(ANN),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6;
    }
}
