package dev.portcullis.forked;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Members of rooms on one thread, which calls {@link #run} until something is true. One of a room's members writes to it. */
final class StormLoad implements AutoCloseable {
    static final long ANSWER_MS = 15_000;
    static final long SLICE_MS = 500;

    private static final int BUFFER = 1 << 20;
    private static final int FIGURES = 3;

    private final Selector selector;
    private final ByteBuffer shared = ByteBuffer.allocate(BUFFER);
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final List<Integer> ports;
    private final boolean[] dead;
    private final List<List<StormMember>> rooms = new ArrayList<>();
    private final Random random = new Random(1);
    private final Map<String, Integer> counts = new TreeMap<>();
    private Histogram latencies = new Histogram(FIGURES);
    private final List<Slice> slices = new ArrayList<>();
    private long sendEvery = Long.MAX_VALUE;
    private long nextSend;
    private int nextRoom;
    private long cutEvery = Long.MAX_VALUE;
    private long nextCut;
    private int away;
    private long backAt;
    private long measuredFrom = Long.MAX_VALUE;

    private record Timer(long at, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.compare(at, other.at);
        }
    }

    /** Messages that were due in one slice of time, and the clients that came back in it. */
    static final class Slice {
        private final Histogram latencies = new Histogram(FIGURES);
        private int entered;

        Histogram latencies() {
            return latencies;
        }

        int entered() {
            return entered;
        }
    }

    /** Whether the load has reached something. */
    interface Goal {
        boolean isReached();
    }

    StormLoad(List<Integer> ports) throws IOException {
        this.selector = Selector.open();
        this.ports = ports;
        this.dead = new boolean[ports.size()];
    }

    void add(int room, StormMember member) {
        while (rooms.size() <= room) {
            rooms.add(new ArrayList<>());
        }
        rooms.get(room).add(member);
        away++;
    }

    Random random() {
        return random;
    }

    Selector selector() {
        return selector;
    }

    int port(int node) {
        return ports.get(node);
    }

    /** The node itself, or another one if it is dead. */
    int living(int node) {
        int living = node;
        while (dead[living]) {
            living = random.nextInt(dead.length);
        }
        return living;
    }

    void killed(int node) {
        dead[node] = true;
    }

    /** Members without their room. */
    int away() {
        return away;
    }

    /** When the last one came to its room. */
    long backAt() {
        return backAt;
    }

    List<StormMember> members() {
        return rooms.stream().flatMap(Collection::stream).toList();
    }

    List<List<StormMember>> rooms() {
        return rooms;
    }

    void count(String event) {
        counts.merge(event, 1, Integer::sum);
    }

    /** What was counted since the last call. */
    Map<String, Integer> takeCounts() {
        Map<String, Integer> taken = new TreeMap<>(counts);
        counts.clear();
        return taken;
    }

    /** Messages a second over all rooms, from now on. */
    void write(int perSecond) {
        sendEvery = interval(perSecond);
        nextSend = System.nanoTime();
    }

    /** Members a second whose connection breaks, from now on. */
    void loseConnections(int perSecond) {
        cutEvery = interval(perSecond);
        nextCut = System.nanoTime();
    }

    private static long interval(int perSecond) {
        return perSecond == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Begins a histogram of messages that are due from now on, and returns that before. */
    Histogram takeLatencies() {
        Histogram taken = latencies;
        latencies = new Histogram(FIGURES);
        slices.clear();
        measuredFrom = System.nanoTime();
        return taken;
    }

    void delivered(StormMember to, long scheduledAt) {
        if (!to.isDisplaced() && !dead[to.node()] && scheduledAt >= measuredFrom) {
            long micros = Math.max(1, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - scheduledAt));
            latencies.recordValue(micros);
            sliceOf(scheduledAt).latencies.recordValue(micros);
        }
    }

    /** Since the last call of {@link #takeLatencies}, in order. */
    List<Slice> slices() {
        return List.copyOf(slices);
    }

    private Slice sliceOf(long at) {
        int slice = (int) ((at - measuredFrom) / TimeUnit.MILLISECONDS.toNanos(SLICE_MS));
        while (slices.size() <= slice) {
            slices.add(new Slice());
        }
        return slices.get(slice);
    }

    void entered() {
        away--;
        backAt = System.nanoTime();
        if (measuredFrom < Long.MAX_VALUE) {
            sliceOf(backAt).entered++;
        }
    }

    /** One that was in its room is away. */
    void lost() {
        away++;
    }

    void in(long millis, Runnable task) {
        timers.add(new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), task));
    }

    /** False if it is not reached in time. */
    boolean run(Goal goal, long withinMs) throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        while (!goal.isReached()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            selector.select(key -> ((LightSocket) key.attachment()).ready(shared), 1);
            while (!timers.isEmpty() && timers.peek().at() - System.nanoTime() <= 0) {
                timers.poll().task().run();
            }
            while (sendEvery < Long.MAX_VALUE && nextSend - System.nanoTime() <= 0) {
                say(nextSend);
                nextSend += sendEvery;
            }
            while (cutEvery < Long.MAX_VALUE && nextCut - System.nanoTime() <= 0) {
                cut();
                nextCut += cutEvery;
            }
        }
        return true;
    }

    void run(long millis) throws IOException {
        run(() -> false, millis);
    }

    private void cut() {
        List<StormMember> room = rooms.get(random.nextInt(rooms.size()));
        StormMember member = room.get(random.nextInt(room.size()));
        if (member.isJoined()) {
            member.cut();
        }
    }

    /** A message that no member of the room can write is left out: there is none to be late for. */
    private void say(long scheduledAt) {
        List<StormMember> members = rooms.get(nextRoom++ % rooms.size());
        int first = random.nextInt(members.size());
        for (int i = 0; i < members.size(); i++) {
            StormMember member = members.get((first + i) % members.size());
            if (member.isJoined()) {
                member.say(scheduledAt);
                return;
            }
        }
        count("not written");
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            ((LightSocket) key.attachment()).drop();
        }
        selector.close();
    }
}
