package dev.portcullis.edge.session;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.Json;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.edge.connection.LoopSubscribers.SubscriptionListener;
import dev.portcullis.edge.session.RoomReports.Beginning;
import dev.portcullis.edge.session.RoomReports.Pauses;
import dev.portcullis.edge.session.RoomReports.Report;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Held;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports which sessions of an event loop enter and leave which rooms. No client waits for it. A report that the store does not
 * take is repeated until it does: a user who left during an outage must not seem to be there for ever after it. A session that
 * was reported as joined is held in the room's lane, so that it is left also when this node dies; a session whose node dies
 * before that was never reported. Used on one event loop. An answer to a report that the end of a socket began comes on any
 * thread, since that has no Vert.x context.
 */
public final class RoomReporter implements SubscriptionListener {
    private static final Logger LOG = LoggerFactory.getLogger(RoomReporter.class);
    private static final Pauses PAUSES = new Pauses(500, 8_000);

    private final Context loop;
    private final HookOutbox outbox;
    private final Supplier<String> incarnation;
    private final LongSupplier clock;
    private final RoomReports reports;
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    /** A resume has two subscriptions for a moment. */
    private final Map<String, Integer> subscriptions = new HashMap<>();

    private long arrivals;

    /**
     * @param incarnation of this node, whose leases decide until when its sessions are in their rooms
     * @param most reports that may wait for the store before a subscription that was too short to be reported is left out
     */
    public RoomReporter(Context loop, HookOutbox outbox, Supplier<String> incarnation, LongSupplier clock, int most) {
        this(loop, outbox, incarnation, clock, most, PAUSES);
    }

    /** Takes other pauses, for tests. */
    RoomReporter(
            Context loop,
            HookOutbox outbox,
            Supplier<String> incarnation,
            LongSupplier clock,
            int most,
            Pauses pauses) {
        this.loop = loop;
        this.outbox = outbox;
        this.incarnation = incarnation;
        this.clock = clock;
        this.reports = new RoomReports(most, pauses);
    }

    @Override
    public void subscribed(FrameRecipient recipient, StreamName stream) {
        stream.roomId()
                .ifPresent(room -> recipient.identified().ifPresent(session -> {
                    Sender sender = session.sender();
                    String id = id(sender, room);
                    if (subscriptions.merge(id, 1, Integer::sum) == 1) {
                        Beginning beginning = new Beginning(held(id, sender, room), incarnation.get());
                        add(new Report(id, stream.lane(), Optional.of(beginning)));
                    }
                }));
    }

    @Override
    public void unsubscribed(FrameRecipient recipient, StreamName stream) {
        stream.roomId()
                .ifPresent(room -> recipient.identified().ifPresent(session -> {
                    String id = id(session.sender(), room);
                    if (subscriptions.merge(id, -1, Integer::sum) <= 0) {
                        subscriptions.remove(id);
                        add(new Report(id, stream.lane(), Optional.empty()));
                    }
                }));
    }

    public int waiting() {
        return reports.waiting();
    }

    private void add(Report report) {
        if (reports.add(report)) {
            log();
        }
        send();
    }

    private void send() {
        for (Report report : reports.next()) {
            Future.succeededFuture()
                    .compose(any -> store(report)) // an exception is a failure like any other
                    .onComplete(answer -> loop.runOnContext(any -> answered(report, answer.succeeded())));
        }
    }

    private void answered(Report report, boolean taken) {
        if (taken) {
            reports.taken(report);
        } else {
            reports.failed(report).ifPresent(ms -> resumeAfter(ms, report.lane()));
        }
        send();
    }

    private Future<Void> store(Report report) {
        return report.beginning()
                .map(begins -> outbox.begin(report.lane(), begins.held(), begins.incarnation()))
                .orElseGet(() -> outbox.end(report.lane(), report.id(), HookType.ROOM_LEFT));
    }

    private void resumeAfter(long ms, int lane) {
        loop.owner().setTimer(ms, any -> {
            reports.resume(lane);
            send();
        });
    }

    private void log() {
        throttle.suppressed()
                .ifPresent(
                        suppressed -> LOG.atWarn()
                                .addKeyValue("event", "hooks.room.unreported")
                                .addKeyValue("count", suppressed + 1)
                                .log(
                                        "so much waits for the store that the application is not told who was in a room for a moment"));
    }

    private Held held(String id, Sender sender, RoomId room) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("roomId", room.value());
        members.put("userId", sender.userId().value());
        members.put("sessionId", sender.sessionId());
        byte[] data = Json.write(members).substring(1).getBytes(StandardCharsets.UTF_8);
        String unique = id + "." + clock.getAsLong() + "-" + ++arrivals; // it may enter again in the same millisecond
        return new Held(
                id, event(HookType.ROOM_JOINED, room, unique, data), event(HookType.ROOM_LEFT, room, unique, data));
    }

    private static HookEvent event(HookType type, RoomId room, String id, byte[] data) {
        return new HookEvent(type, "room:" + room.value(), id + "." + type.id(), data);
    }

    private static String id(Sender sender, RoomId room) {
        return sender.sessionId() + "." + room.value();
    }
}
