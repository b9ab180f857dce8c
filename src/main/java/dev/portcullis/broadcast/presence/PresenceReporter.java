package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.broadcast.presence.PresenceView.Owner;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.TimersInStep;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reports which users of this edge node are in which rooms. Each owner gets each change of its share at once, and a report now
 * and then, since an owner forgets a node that is silent. When the instances of the stage change, rooms get other owners, who are
 * told everything. There is one for each node; its state is used on its own context only.
 */
public final class PresenceReporter {
    private static final long LOOK_MS = 250;

    private final Context context;
    private final Bus bus;
    private final long renewNanos;
    private final long incarnation = ThreadLocalRandom.current().nextLong();
    private final Map<RoomId, LocalRoom> rooms = new HashMap<>();
    private final Map<Owner, OwnerChannel> channels = new HashMap<>();
    private PresenceView view = new PresenceView(Map.of());
    private boolean flushing;
    private long number;

    /** An event loop with clients that want changes. It is called on the reporter's context. */
    public interface Watchers {
        void changed(PresenceNotice notice);
    }

    private static final class LocalRoom {
        private final Map<UserId, Integer> sessions = new HashMap<>(2);
        private final Map<Watchers, Integer> watchers = new HashMap<>(2);

        private boolean isVacant() {
            return sessions.isEmpty() && watchers.isEmpty();
        }
    }

    /** @param context the reporter's own context */
    public PresenceReporter(Context context, Bus bus) {
        this.context = context;
        this.bus = bus;
        this.renewNanos = TimeUnit.MILLISECONDS.toNanos(PresenceConfig.LEASE_MS) / 4;
    }

    /** Completes when changes can arrive. */
    public Future<Void> open() {
        Promise<Void> opened = Promise.promise();
        context.runOnContext(any -> {
            look();
            TimersInStep.every(context.owner(), LOOK_MS, timer -> look());
            bus.subscribe(RoomPresence.CHANGE, 0, this::pass).onComplete(opened);
        });
        return opened.future();
    }

    /** Counts a client that has joined a room. */
    public void entered(RoomId room, UserId user) {
        count(room, user, 1);
    }

    /** Counts a client that is no longer in a room. */
    public void left(RoomId room, UserId user) {
        count(room, user, -1);
    }

    public void watch(RoomId room, Watchers watchers) {
        count(room, watchers, 1);
    }

    public void unwatch(RoomId room, Watchers watchers) {
        count(room, watchers, -1);
    }

    /** Completes, on the reporter's context, when the room's owner knows the present state of the room on this node. */
    public Future<Void> told(RoomId room) {
        Promise<Void> told = Promise.promise();
        context.runOnContext(any -> {
            flush();
            view.ownerOf(room)
                    .map(owner -> channel(owner).told(room))
                    .orElseGet(Future::succeededFuture)
                    .onComplete(told);
        });
        return told.future();
    }

    private void count(RoomId room, UserId user, int added) {
        context.runOnContext(any -> {
            LocalRoom local = rooms.computeIfAbsent(room, first -> new LocalRoom());
            local.sessions.merge(user, added, PresenceReporter::sumOrNothing);
            changed(room, local, Optional.of(user));
        });
    }

    private void count(RoomId room, Watchers watchers, int added) {
        context.runOnContext(any -> {
            LocalRoom local = rooms.computeIfAbsent(room, first -> new LocalRoom());
            boolean before = local.watchers.isEmpty();
            local.watchers.merge(watchers, added, PresenceReporter::sumOrNothing);
            if (before != local.watchers.isEmpty()) {
                changed(room, local, Optional.empty());
            }
        });
    }

    /** The sum; null for 0, so that the entry is removed. */
    private static @Nullable Integer sumOrNothing(Integer one, Integer other) {
        int sum = one + other;
        return sum == 0 ? null : sum;
    }

    private void changed(RoomId room, LocalRoom local, Optional<UserId> user) {
        view.ownerOf(room).ifPresent(owner -> channel(owner).changed(room, user));
        if (local.isVacant()) {
            rooms.remove(room);
        }
        if (!flushing) {
            flushing = true;
            context.runOnContext(any -> flush());
        }
    }

    /** Sends the reports. Changes of one turn of the event loop are told together. */
    private void flush() {
        flushing = false;
        long now = System.nanoTime();
        channels.values().forEach(channel -> channel.send(now));
    }

    private void look() {
        if (!view.nodes().equals(RoomPresence.nodes(bus))) {
            share(view, RoomPresence.view(bus));
        }
        long now = System.nanoTime();
        channels.values().forEach(channel -> {
            if (channel.isOlderThan(renewNanos, now)) {
                channel.setDue();
            }
        });
        flush();
    }

    private void share(PresenceView before, PresenceView after) {
        view = after;
        List.copyOf(channels.keySet()).stream()
                .filter(owner -> !after.contains(owner))
                .forEach(owner -> Optional.ofNullable(channels.remove(owner)).ifPresent(OwnerChannel::end));
        after.owners().forEach(owner -> channel(owner).setDue());
        rooms.keySet().forEach(room -> {
            Optional<Owner> old = before.ownerOf(room);
            Optional<Owner> next = after.ownerOf(room);
            if (!old.equals(next)) {
                old.filter(after::contains).ifPresent(owner -> channel(owner).movedAway(room));
                next.ifPresent(owner -> channel(owner).movedHere(room));
            }
        });
    }

    private void pass(PresenceNotice notice) {
        LocalRoom local = rooms.get(notice.room());
        if (local != null
                && view.ownerOf(notice.room()).filter(notice.from()::equals).isPresent()) {
            List.copyOf(local.watchers.keySet()).forEach(each -> each.changed(notice));
        }
    }

    private OwnerChannel channel(Owner owner) {
        return channels.computeIfAbsent(owner, any -> new OwnerChannel(new Share(owner)));
    }

    /** The rooms of this node that one owner is told about. */
    private final class Share implements OwnerChannel.Source {
        private final Owner owner;

        private Share(Owner owner) {
            this.owner = owner;
        }

        @Override
        public Map<UserId, Integer> sessions(RoomId room) {
            LocalRoom local = rooms.get(room);
            return local == null ? Map.of() : local.sessions;
        }

        @Override
        public boolean isWatched(RoomId room) {
            LocalRoom local = rooms.get(room);
            return local != null && !local.watchers.isEmpty();
        }

        @Override
        public Set<RoomId> rooms() {
            return rooms.keySet().stream()
                    .filter(room -> view.ownerOf(room).filter(owner::equals).isPresent())
                    .collect(Collectors.toSet());
        }

        @Override
        public Future<PresenceReport.Receipt> send(boolean first, boolean complete, List<RoomReport> reports) {
            number++;
            return bus.askAt(
                    RoomPresence.REPORT,
                    owner.node(),
                    owner.instance(),
                    new PresenceReport(bus.node(), incarnation, number, view, first, complete, reports));
        }
    }
}
