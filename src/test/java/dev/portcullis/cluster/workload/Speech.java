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

/** What one client says: new things while it may, and again under the same id what it can't know to be done. */
final class Speech {
    private static final Set<String> PASSING = Set.of("unavailable", "internal", "rate_limited");
    private static final long REPEAT_MS = 200;

    private final String name;
    private final Habits habits;
    private final History.Witness witness;
    private final Random random;
    private final Map<String, Said> underWay = new LinkedHashMap<>();
    private final Deque<Said> again = new ArrayDeque<>();
    private final Set<String> forgotten = new HashSet<>();
    private boolean talking = true;
    private int said;
    private int acked;
    private long nextAt;

    /**
     * How a client behaves.
     *
     * @param underWay frames that may wait for their answer
     * @param pauseMs between two frames, on average
     * @param patienceMs after which a silent connection is given up
     */
    record Habits(int underWay, long pauseMs, long patienceMs) {}

    private record Said(String room, String kind, String id, String body) {
        JsonObject frame() {
            return kind.equals(Entry.CHAT) ? Frames.chat(id, room, body) : Frames.removal(id, room, body);
        }
    }

    Speech(String name, Habits habits, History.Witness witness, Random random) {
        this.name = name;
        this.habits = habits;
        this.witness = witness;
        this.random = random;
    }

    /**
     * The next frame, if one is due. Whoever takes it sends it.
     *
     * @param rooms that it is in
     */
    Optional<JsonObject> next(long now, List<String> rooms) {
        if (now < nextAt || underWay.size() >= habits.underWay()) {
            return Optional.empty();
        }
        Optional<Said> frame = again(rooms).or(() -> something(rooms));
        return frame.map(each -> {
            nextAt = now + random.nextLong(2 * habits.pauseMs() + 1);
            underWay.put(each.id(), each);
            witness.note(new ClientEvent.Sent(each.room(), each.kind(), each.id(), each.body()));
            return each.frame();
        });
    }

    private Optional<Said> again(List<String> rooms) {
        Optional<Said> first =
                again.stream().filter(each -> rooms.contains(each.room())).findFirst();
        first.ifPresent(again::remove);
        return first;
    }

    private Optional<Said> something(List<String> rooms) {
        if (!talking || rooms.isEmpty()) {
            return Optional.empty();
        }
        String room = rooms.get(random.nextInt(rooms.size()));
        String id = name + "-" + said++;
        return Optional.of(new Said(room, Entry.CHAT, id, id + " " + "x".repeat(random.nextInt(200))));
    }

    /** As a moderator may. */
    void remove(String room, String user) {
        again.add(new Said(room, Entry.REMOVAL, name + "-" + said++, user));
    }

    void acked(JsonObject frame) {
        underWay.remove(frame.getString("id"));
        acked++;
        witness.note(Frames.acked(frame));
    }

    /** Where the frame with this id would have gone, if it is one of its own. */
    Optional<String> roomOf(String id) {
        return Optional.ofNullable(underWay.get(id)).map(Said::room);
    }

    /** Takes a refusal if it answers one of its frames. */
    boolean refused(String id, String reason, long now) {
        Optional<Said> frame = Optional.ofNullable(underWay.remove(id));
        frame.ifPresent(each -> {
            witness.note(new ClientEvent.Refused(each.room(), id, reason));
            if (passes(reason) && !forgotten.contains(each.room())) {
                again.add(each);
                nextAt = now + REPEAT_MS;
            }
        });
        return frame.isPresent();
    }

    /** Whether it is worth while to ask again. */
    static boolean passes(String reason) {
        return PASSING.contains(reason);
    }

    /** It has nothing more to say there. */
    void forget(String room) {
        forgotten.add(room);
        again.removeIf(each -> each.room().equals(room));
    }

    void cut() {
        underWay.values().stream()
                .filter(each -> !forgotten.contains(each.room()))
                .forEach(again::add);
        underWay.clear();
    }

    void end() {
        talking = false;
    }

    boolean isDone() {
        return underWay.isEmpty() && again.isEmpty();
    }

    int acked() {
        return acked;
    }
}
