package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.ClientEvent;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.cluster.history.History;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The frames that one client publishes: new ones, and under their old ids those whose outcome is unknown. */
final class Publisher {
    private static final Set<String> TEMPORARY = Set.of("unavailable", "internal", "rate_limited");
    private static final long REPEAT_MS = 200;

    private final String name;
    private final Settings settings;
    private final History.Recorder recorder;
    private final Random random;
    private final Map<String, PendingFrame> inFlight = new LinkedHashMap<>();
    private final Deque<PendingFrame> repeats = new ArrayDeque<>();
    private final Set<String> forgotten = new HashSet<>();
    private final Set<String> silent = new HashSet<>();
    private boolean publishing = true;
    private int published;
    private int acked;
    private long nextAt;

    /**
     * The timing of a client.
     *
     * @param inFlight maximum of frames without an answer
     * @param pauseMs average pause between two frames
     * @param patienceMs time after which a silent connection is closed
     */
    record Settings(int inFlight, long pauseMs, long patienceMs) {}

    private record PendingFrame(String room, String kind, String id, String body) {
        JsonObject frame() {
            return kind.equals(Entry.CHAT) ? Frames.chat(id, room, body) : Frames.removal(id, room, body);
        }
    }

    Publisher(String name, Settings settings, History.Recorder recorder, Random random) {
        this.name = name;
        this.settings = settings;
        this.recorder = recorder;
        this.random = random;
    }

    /**
     * Returns the next frame if one is due; the caller must send it.
     *
     * @param rooms that the client has joined
     */
    Optional<JsonObject> next(long now, List<String> rooms) {
        if (now < nextAt || inFlight.size() >= settings.inFlight()) {
            return Optional.empty();
        }
        Optional<PendingFrame> frame = repeats(rooms).or(() -> newChat(rooms));
        return frame.map(each -> {
            nextAt = now + random.nextLong(2 * settings.pauseMs() + 1);
            inFlight.put(each.id(), each);
            recorder.add(new ClientEvent.Sent(each.room(), each.kind(), each.id(), each.body()));
            return each.frame();
        });
    }

    private Optional<PendingFrame> repeats(List<String> rooms) {
        Optional<PendingFrame> first =
                repeats.stream().filter(each -> rooms.contains(each.room())).findFirst();
        first.ifPresent(repeats::remove);
        return first;
    }

    private Optional<PendingFrame> newChat(List<String> joined) {
        List<String> rooms =
                joined.stream().filter(room -> !silent.contains(room)).toList();
        if (!publishing || rooms.isEmpty()) {
            return Optional.empty();
        }
        String room = rooms.get(random.nextInt(rooms.size()));
        String id = name + "-" + published++;
        return Optional.of(new PendingFrame(room, Entry.CHAT, id, id + " " + "x".repeat(random.nextInt(200))));
    }

    /** Queues the removal of a user. */
    void remove(String room, String user) {
        repeats.add(new PendingFrame(room, Entry.REMOVAL, name + "-" + published++, user));
    }

    void acked(JsonObject frame) {
        inFlight.remove(frame.getString("id"));
        acked++;
        recorder.add(Frames.acked(frame));
    }

    /** The room of the frame in flight with this id. */
    Optional<String> roomOf(String id) {
        return Optional.ofNullable(inFlight.get(id)).map(PendingFrame::room);
    }

    /** Returns false if no frame in flight has this id. */
    boolean refused(String id, String reason, long now) {
        Optional<PendingFrame> frame = Optional.ofNullable(inFlight.remove(id));
        frame.ifPresent(each -> {
            recorder.add(new ClientEvent.Refused(each.room(), id, reason));
            if (isTemporary(reason) && !forgotten.contains(each.room())) {
                repeats.add(each);
                nextAt = now + REPEAT_MS;
            }
        });
        return frame.isPresent();
    }

    /** Whether the same frame may succeed later. */
    static boolean isTemporary(String reason) {
        return TEMPORARY.contains(reason);
    }

    /** Stops repeating frames to this room. */
    void forgetRoom(String room) {
        forgotten.add(room);
        repeats.removeIf(each -> each.room().equals(room));
    }

    void cut() {
        inFlight.values().stream()
                .filter(each -> !forgotten.contains(each.room()))
                .forEach(repeats::add);
        inFlight.clear();
    }

    void stop() {
        publishing = false;
    }

    void silence(String room) {
        silent.add(room);
    }

    void speakAgain() {
        silent.clear();
    }

    /** Whether nothing in this room waits for an answer. */
    boolean isDone(String room) {
        return inFlight.values().stream().noneMatch(each -> each.room().equals(room))
                && repeats.stream().noneMatch(each -> each.room().equals(room));
    }

    boolean isDone() {
        return inFlight.isEmpty() && repeats.isEmpty();
    }

    int acked() {
        return acked;
    }
}
