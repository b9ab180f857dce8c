package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries streams from the store to the event loops that have members: the one place of a node where a stream's entries
 * are put in order. May be called from anywhere; all of its state is touched on its own context only.
 */
public final class Carrier {
    private final Context context;
    private final StreamsConfig config;
    private final CarrierParts parts;
    private final Following following;
    private final CarriedMemory onNode;
    private final Map<StreamName, Carried> carried = new HashMap<>();
    private final Set<StreamName> lingering = new HashSet<>();
    private final BitSet unsure = new BitSet();

    public Carrier(Context context, StreamStore store, StreamsConfig config) {
        this(context, store, config, Following.NOBODY, CarriedMemory.ofLargestHeap());
    }

    /** @param onNode counts those of all carriers of this node */
    public Carrier(
            Context context, StreamStore store, StreamsConfig config, Following following, CarriedMemory onNode) {
        this.context = context;
        this.config = config;
        StreamReads reads = new StreamReads(context.owner(), store, config);
        this.parts = new CarrierParts(
                context.owner(),
                reads,
                config,
                new Ring(config.ringBytes()),
                new Pages(config.pageBytes()),
                new Held.Budget(config.holdBytes()),
                new Mending(config.catchUps()),
                new HeadChecks(context.owner(), reads, config),
                onNode);
        this.following = following;
        this.onNode = onNode;
    }

    /** A committed entry, as the fan-out brings it: late, twice, in any order or not at all. */
    public void offer(Entry entry) {
        context.runOnContext(any -> {
            Carried stream = carried.get(entry.stream());
            if (stream != null) {
                stream.offer(entry);
            }
        });
    }

    /**
     * Lets {@code member} follow the stream. It is told through the outlet what it missed since the place it knows, and
     * what the outlet is handed after that follows without a gap and without a double. Once an entry bars {@code user},
     * nothing that follows it is for this member.
     */
    public Attachment attach(StreamName stream, Optional<Position> since, UserId user, Outlet outlet, Member member) {
        Attachment attachment = new Attachment(stream, since, user, outlet, member, this::readOn);
        context.runOnContext(any -> {
            if (mayHaveAnother(stream, member.followsFew())) {
                carried.computeIfAbsent(stream, this::carry).join(attachment);
            } else {
                onNode.tellRefused();
                attachment.fail();
            }
        });
        return attachment;
    }

    /** What was handed to the outlet before may still arrive there. */
    public void detach(Attachment attachment) {
        context.runOnContext(any -> {
            Carried stream = carried.get(attachment.stream());
            if (stream != null) {
                stream.leave(attachment);
            }
        });
    }

    /** What moved in some lane, as its counter tells: whoever has not met it yet missed a hint. */
    void moved(List<Moved> moved) {
        context.runOnContext(any -> moved.forEach(each -> {
            Carried stream = carried.get(each.stream());
            if (stream != null) {
                stream.moved(each.turn());
            }
        }));
    }

    /** Anything may have happened to the streams of this lane. */
    void compareAll(int lane) {
        context.runOnContext(any -> {
            if (unsure.isEmpty()) { // many lanes fork at once, and are looked through together
                context.runOnContext(all -> compareUnsure());
            }
            unsure.set(lane);
        });
    }

    /** How many streams somebody follows; others only linger. To be asked on the carrier's own context. */
    public int followedNow() {
        return (int)
                carried.values().stream().filter(stream -> !stream.isIdle()).count();
    }

    /** The member has taken the last part of what it missed, and is to have the next one. */
    private void readOn(Attachment attachment) {
        context.runOnContext(any -> {
            Carried stream = carried.get(attachment.stream());
            if (stream != null && !attachment.isDetached()) {
                stream.readOn(attachment);
            }
        });
    }

    private void compareUnsure() {
        carried.values().stream().filter(stream -> unsure.get(stream.lane())).forEach(Carried::mayHaveMoved);
        unsure.clear();
    }

    private boolean mayHaveAnother(StreamName stream, boolean followsFew) {
        if (!onNode.takeMember(followsFew)) {
            return false;
        }
        boolean may = carried.containsKey(stream) || mayCarryAnother(followsFew);
        if (!may) {
            onNode.giveBackMember();
        }
        return may;
    }

    private boolean mayCarryAnother(boolean followsFew) {
        return carried.size() < config.carriedStreams() && onNode.takeStream(followsFew);
    }

    private Carried carry(StreamName stream) {
        following.began(stream);
        return new Carried(stream, parts, this::linger);
    }

    /** Who left a room often comes back at once: a reload, a lost connection. */
    private void linger(Carried idle) {
        if (!lingering.add(idle.name())) {
            return;
        }
        int joins = idle.joined();
        Vertx vertx = context.owner();
        vertx.setTimer(Math.max(1, config.lingerMs()), due -> {
            lingering.remove(idle.name());
            if (!idle.isIdle()) {
                return;
            }
            if (idle.joined() == joins) {
                carried.remove(idle.name());
                idle.end();
                onNode.giveBackStream();
                following.ended(idle.name());
            } else {
                linger(idle);
            }
        });
    }
}
