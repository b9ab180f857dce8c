package dev.portcullis.edge.presence;

import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.presence.PresenceNotice;
import dev.portcullis.broadcast.presence.PresenceQuery;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.broadcast.presence.RoomPresence.TypingNotice;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.StreamHub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The clients of one event loop in their rooms: reports who enters and leaves, and sends changes to those who want them.
 * Used on its event loop only.
 */
public final class LoopPresence implements LoopSubscribers.SubscriptionListener, PresenceReporter.Watchers {
    /** A join does not wait longer to be shown who is there. */
    private static final long SHOW_WITHIN_MS = 1_500;

    /** More than anyone types at in the 6 s after which it ends by itself. */
    private static final int MOST_TYPED_TO = 128;

    private final Context loop;
    private final PresenceReporter reporter;
    private final RoomPresence attendance;
    private final StreamHub hub;
    private final MemoryBudget memory;
    private final Map<RoomId, Map<FrameRecipient, PresenceWatch>> watched = new HashMap<>();
    private final Map<FrameRecipient, Set<Target>> typing = new HashMap<>();

    public LoopPresence(
            Context loop, PresenceReporter reporter, RoomPresence attendance, StreamHub hub, MemoryBudget memory) {
        this.loop = loop;
        this.reporter = reporter;
        this.attendance = attendance;
        this.hub = hub;
        this.memory = memory;
    }

    @Override
    public void subscribed(FrameRecipient recipient, StreamName stream) {
        withRoom(stream, recipient, (room, user) -> {
            reporter.entered(room, user);
            find(room, recipient).ifPresent(PresenceWatch::entered);
        });
    }

    @Override
    public void unsubscribed(FrameRecipient recipient, StreamName stream) {
        withRoom(stream, recipient, (room, user) -> {
            reporter.left(room, user);
            find(room, recipient).filter(PresenceWatch::left).ifPresent(any -> ignore(recipient, room));
            if (endTyping(recipient, new Target.ToRoom(room))) {
                attendance.typing(new TypingNotice(new Target.ToRoom(room), user, false, true));
            }
        });
    }

    @Override
    public void closed(FrameRecipient recipient) {
        recipient.user().ifPresent(user -> endTypingToUsers(recipient, user));
    }

    /**
     * Begins to send a client the changes of a room that it is about to join. Completes, on this loop, when it is known
     * who is there, or that it can't be known in time.
     */
    public Future<PresenceWatch> watch(Connection client, RoomId room) {
        boolean joined = client.subscriptions().isIn(room);
        ignore(client, room);
        PresenceWatch watch = new PresenceWatch(
                client,
                joined ? 1 : 0,
                PresenceQuery.MOST,
                this::send,
                ended -> find(room, client).filter(ended::equals).ifPresent(any -> ignore(client, room)));
        Map<FrameRecipient, PresenceWatch> others = watched.computeIfAbsent(room, any -> {
            reporter.watch(room, this);
            return new LinkedHashMap<>();
        });
        others.put(client, watch);
        Promise<PresenceWatch> known = Promise.promise();
        long timer = loop.owner().setTimer(SHOW_WITHIN_MS, any -> known.tryComplete(watch));
        told(room)
                .compose(any -> attendance.page(
                        new PresenceQuery(room, Optional.empty(), PresenceQuery.MOST, Optional.empty()),
                        SHOW_WITHIN_MS))
                .onComplete(answer -> onLoop(() -> {
                    if (answer.succeeded() && loop.owner().cancelTimer(timer)) {
                        Optional<UserId> joining = joined ? Optional.empty() : client.user();
                        answer.result().fold(page -> learn(watch, page, joining), () -> false, () -> false);
                    }
                    known.tryComplete(watch);
                }));
        return known.future();
    }

    /** Sends a client no changes of a room any more. */
    public void ignore(FrameRecipient client, RoomId room) {
        Map<FrameRecipient, PresenceWatch> others = watched.get(room);
        if (others != null && others.remove(client) != null && others.isEmpty()) {
            watched.remove(room);
            reporter.unwatch(room, this);
        }
    }

    public boolean isWatching(FrameRecipient client, RoomId room) {
        return find(room, client).isPresent();
    }

    /** Completes, on this loop, when the owner of a room knows what its clients have done there, or can't be told in time. */
    Future<Void> told(RoomId room) {
        Promise<Void> told = Promise.promise();
        long timer = loop.owner().setTimer(SHOW_WITHIN_MS, any -> told.tryComplete());
        reporter.told(room).onComplete(any -> onLoop(told::tryComplete));
        return told.future().onComplete(any -> loop.owner().cancelTimer(timer));
    }

    /** Typing in a room ends when the client leaves it, typing to a user when the client is closed. */
    void typing(Connection client, Target to, boolean begins, boolean passesBars) {
        if (client.isClosing() || !to.fold(client.subscriptions()::isIn, user -> true)) {
            return; // it left while its frame was checked
        }
        if (begins) {
            beginTyping(client, to);
        } else {
            endTyping(client, to);
        }
        attendance.typing(new TypingNotice(to, client.sender().userId(), begins, passesBars));
    }

    /**
     * Sends a change after the entries of the room before it: one of them may end what a client is told. If several changes
     * wait, only the last is sent; the ones before show as a gap in the versions.
     */
    @Override
    public void changed(PresenceNotice notice) {
        StreamName stream = StreamName.room(notice.room());
        hub.forStream(stream).runInOrder(stream, this, () -> onLoop(() -> sendToWatchers(notice)));
    }

    private void sendToWatchers(PresenceNotice notice) {
        Map<FrameRecipient, PresenceWatch> watches = watched.getOrDefault(notice.room(), Map.of());
        share(
                notice,
                List.copyOf(watches.values()).stream() // a write may close a client
                        .filter(each -> each.takes(notice))
                        .map(PresenceWatch::recipient)
                        .toList());
    }

    private static boolean learn(PresenceWatch watch, PresenceAnswer.Page page, Optional<UserId> joining) {
        watch.learn(page, joining);
        return true;
    }

    private void send(FrameRecipient client, PresenceNotice notice) {
        share(notice, List.of(client));
    }

    /** Clients of one kind of transport share one encoding. */
    private void share(PresenceNotice notice, List<FrameRecipient> clients) {
        SharedMessage message = new SharedMessage(notice.json(), memory);
        try {
            clients.forEach(each -> each.deliver(message));
        } finally {
            message.release();
        }
    }

    /** A target beyond the limit is the first in the order, so it would have ended first by itself. */
    private void beginTyping(FrameRecipient client, Target to) {
        Set<Target> targets = typing.computeIfAbsent(client, any -> new LinkedHashSet<>(2));
        targets.remove(to);
        targets.add(to);
        if (targets.size() > MOST_TYPED_TO) {
            targets.remove(targets.iterator().next());
        }
    }

    /** Whether the client was typing there. */
    private boolean endTyping(FrameRecipient client, Target to) {
        Set<Target> targets = typing.get(client);
        if (targets == null || !targets.remove(to)) {
            return false;
        }
        if (targets.isEmpty()) {
            typing.remove(client);
        }
        return true;
    }

    private void endTypingToUsers(FrameRecipient client, UserId user) {
        List.copyOf(typing.getOrDefault(client, Set.of())).stream()
                .filter(Target.ToUser.class::isInstance)
                .filter(to -> endTyping(client, to))
                .forEach(to -> attendance.typing(new TypingNotice(to, user, false, true)));
    }

    private Optional<PresenceWatch> find(RoomId room, FrameRecipient client) {
        return Optional.ofNullable(watched.getOrDefault(room, Map.of()).get(client));
    }

    private void onLoop(Runnable action) {
        loop.runOnContext(any -> action.run());
    }

    private static void withRoom(StreamName stream, FrameRecipient client, BiConsumer<RoomId, UserId> action) {
        stream.roomId().ifPresent(room -> client.user().ifPresent(user -> action.accept(room, user)));
    }
}
