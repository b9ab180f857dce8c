package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.PresenceView.Owner;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.NoticeMulticast;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** One owner: answers questions about the users in its rooms, and tells the edges of changes, typing and read marks. */
public final class PresenceVerticle extends VerticleBase {
    private static final long LOOK_MS = 250;
    private static final int LOOKS_BETWEEN_COUNTS = 4;
    private static final int A_MILLISECOND = 1_000;

    private final Owner me;
    private final Bus bus;
    private final PresenceStores stores;
    private final PresenceConfig config;
    private final LongSupplier versions;
    private final Consumer<TransientFrame> send;
    private final LongConsumer users;
    private int looks;

    /**
     * @param send sends a frame to the subscribers of a stream
     * @param users receives the number of users that this owner knows, counted in each of their rooms
     * @param clock the time in milliseconds since 1970
     */
    public PresenceVerticle(
            int instance,
            Bus bus,
            PresenceStores stores,
            PresenceConfig config,
            Consumer<TransientFrame> send,
            LongConsumer users,
            LongSupplier clock) {
        this.me = new Owner(bus.node(), instance);
        this.bus = bus;
        this.stores = stores;
        this.config = config;
        this.versions = () -> firstVersion(clock.getAsLong());
        this.send = send;
        this.users = users;
    }

    /**
     * The version with which a room begins at an owner. It follows from the time: a room has one change a second, so it is larger
     * than all versions of an earlier owner. A random part keeps it from following one of those by chance, also where clocks differ.
     * It is below 2^53, which is exact in JavaScript.
     */
    private static long firstVersion(long millis) {
        return millis * A_MILLISECOND + ThreadLocalRandom.current().nextInt(A_MILLISECOND);
    }

    @Override
    public Future<?> start() {
        AttendanceTable table = new AttendanceTable(me, config, versions, System.nanoTime());
        RoomSignals signals = new RoomSignals(vertx, stores, room -> table.count(room) <= config.signalsUpTo(), send);
        TimersInStep.every(vertx, LOOK_MS, any -> look(table, signals));
        int instance = me.instance();
        return Future.all(
                bus.answer(RoomPresence.REPORT, instance, report -> apply(table, signals, report)),
                bus.answer(RoomPresence.PAGE, instance, query -> page(table, query)),
                bus.answer(RoomPresence.MARK, instance, signals::mark),
                bus.subscribe(RoomPresence.TYPING, instance, signals::typing));
    }

    private static Future<PresenceReport.Receipt> apply(
            AttendanceTable table, RoomSignals signals, PresenceReport report) {
        boolean known = table.apply(report, System.nanoTime());
        report.rooms()
                .forEach(room -> signals.retain(
                        room.room(),
                        user -> !room.concerns(user)
                                || table.find(room.room())
                                        .filter(attended -> attended.has(user))
                                        .isPresent()));
        return Future.succeededFuture(new PresenceReport.Receipt(known));
    }

    /**
     * Reads a page. The bar, and whether somebody left, are checked after the read: see {@code BroadcastVerticle.history}
     * (CWE-367).
     */
    private Future<PresenceAnswer> page(AttendanceTable table, PresenceQuery query) {
        PresenceAnswer answer =
                table.page(query).<PresenceAnswer>map(page -> page).orElseGet(PresenceAnswer.Unknown::new);
        return query.barredAs()
                .map(user -> stores.streams()
                        .access(StreamName.room(query.room()), user)
                        .map(access ->
                                access.barred() ? new PresenceAnswer.Barred() : answer.detached(access.detached())))
                .orElseGet(() -> Future.succeededFuture(answer));
    }

    private void look(AttendanceTable table, RoomSignals signals) {
        long now = System.nanoTime();
        table.look(bus.nodesOf(Stage.EDGE).keySet(), now);
        table.due(now).forEach(this::tell);
        signals.expire();
        if (++looks % LOOKS_BETWEEN_COUNTS == 0) { // it visits each room
            users.accept(table.users());
        }
    }

    private void tell(AttendanceTable.Outgoing outgoing) {
        RoomAttendance.Change change = outgoing.change();
        NoticeMulticast<PresenceNotice> notice = bus.multicast(
                RoomPresence.CHANGE,
                new PresenceNotice(
                        outgoing.room(),
                        me,
                        change.version(),
                        FrameChunks.encode(
                                new ServerFrame.PresenceChange(outgoing.room(), change.version(), change.users()))));
        outgoing.nodes().forEach(node -> notice.sendTo(node, 0));
    }
}
