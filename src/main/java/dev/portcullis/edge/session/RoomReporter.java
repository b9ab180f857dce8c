package dev.portcullis.edge.session;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.Json;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.edge.connection.LoopSubscribers.SubscriptionListener;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Held;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
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
 * Reports which sessions of an event loop enter and leave which rooms. No client waits for it: a step that the store does
 * not take is repeated until it does: who has left during an outage must not seem to be there for ever after it. What is
 * reported as joined is held in the room's lane, so that it is left also when this node dies; a session whose node dies before
 * that was never told of.
 */
public final class RoomReporter implements SubscriptionListener {
    private static final Logger LOG = LoggerFactory.getLogger(RoomReporter.class);
    private static final Pauses PAUSES = new Pauses(500, 8_000);

    private final Vertx vertx;
    private final HookOutbox outbox;
    private final Supplier<String> incarnation;
    private final LongSupplier clock;
    private final int most;
    private final Pauses pauses;
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    /** A resume has two subscriptions for a moment. */
    private final Map<String, Integer> subscriptions = new HashMap<>();

    private final Map<String, Future<Void>> last = new HashMap<>();
    private long arrivals;

    /** The pause after a failure doubles up to the longest. */
    record Pauses(long firstMs, long longestMs) {
        Pauses next() {
            return new Pauses(Math.min(longestMs, 2 * firstMs), longestMs);
        }
    }

    /**
     * @param incarnation of this node, whose leases decide until when its sessions are in their rooms
     * @param most sessions in rooms of which a report may wait for the store (CWE-770)
     */
    public RoomReporter(Vertx vertx, HookOutbox outbox, Supplier<String> incarnation, LongSupplier clock, int most) {
        this(vertx, outbox, incarnation, clock, most, PAUSES);
    }

    /** For tests: takes other pauses. */
    RoomReporter(
            Vertx vertx, HookOutbox outbox, Supplier<String> incarnation, LongSupplier clock, int most, Pauses pauses) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.incarnation = incarnation;
        this.clock = clock;
        this.most = most;
        this.pauses = pauses;
    }

    @Override
    public void subscribed(FrameRecipient recipient, StreamName stream) {
        room(stream)
                .ifPresent(room -> recipient.identified().ifPresent(session -> {
                    Sender sender = session.sender();
                    String id = id(sender, room);
                    if (subscriptions.merge(id, 1, Integer::sum) == 1) {
                        Held held = held(id, sender, room);
                        String owner = incarnation.get();
                        report(id, () -> outbox.begin(stream.lane(), held, owner));
                    }
                }));
    }

    @Override
    public void unsubscribed(FrameRecipient recipient, StreamName stream) {
        room(stream)
                .ifPresent(room -> recipient.identified().ifPresent(session -> {
                    String id = id(session.sender(), room);
                    if (subscriptions.merge(id, -1, Integer::sum) <= 0) {
                        subscriptions.remove(id);
                        report(id, () -> outbox.end(stream.lane(), id));
                    }
                }));
    }

    /** One step of a session in a room after the other. */
    private void report(String id, Supplier<Future<Void>> step) {
        Future<Void> before = last.get(id);
        if (before == null && last.size() >= most) {
            log();
            return;
        }
        Future<Void> next = before == null ? attempt(step, pauses) : before.compose(any -> attempt(step, pauses));
        last.put(id, next);
        next.onComplete(any -> last.remove(id, next));
    }

    private Future<Void> attempt(Supplier<Future<Void>> step, Pauses wait) {
        return step.get().recover(failure -> pause(wait.firstMs()).compose(any -> attempt(step, wait.next())));
    }

    private Future<Void> pause(long ms) {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(ms, any -> over.complete());
        return over.future();
    }

    private void log() {
        throttle.suppressed()
                .ifPresent(
                        suppressed -> LOG.atWarn()
                                .addKeyValue("event", "hooks.room.unreported")
                                .addKeyValue("count", suppressed + 1)
                                .log(
                                        "so much waits for the store that the application is not told who entered or left a room"));
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

    private static Optional<RoomId> room(StreamName stream) {
        return stream.kind()
                .flatMap(kind -> kind.fold(
                        Optional::of, inbox -> Optional.empty(), cutoffs -> Optional.empty(), Optional::empty));
    }
}
