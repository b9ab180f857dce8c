package dev.portcullis.cluster.crowd;

import dev.portcullis.cluster.history.Deed;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.cluster.history.History;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A client that talks, listens, comes back to any node when it is cut off, and resumes. It trusts nothing and repairs
 * nothing: what it is told goes into the history as it came.
 */
final class Talker implements Line.Owner {
    private static final long PING_MS = 1_000;
    private static final int BACKOFF_MS = 200;

    private final Persona persona;
    private final History.Witness witness;
    private final List<Door> doors;
    private final WebSocketClient client;
    private final Speech.Habits habits;
    private final Random random;
    private final Speech speech;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Questions questions;
    private final List<String> oddities = new ArrayList<>();
    private Optional<Line> line = Optional.empty();
    private Door door;
    private boolean greeted;
    private long now;
    private long dialAt;
    private long heardAt;
    private long sentAt;

    Talker(
            Persona persona,
            List<String> rooms,
            History history,
            List<Door> doors,
            WebSocketClient client,
            Speech.Habits habits,
            Random random) {
        this.persona = persona;
        this.witness = history.witness(persona.name(), persona.user());
        this.doors = doors;
        this.client = client;
        this.habits = habits;
        this.random = random;
        this.speech = new Speech(persona.name(), habits, witness, random);
        this.door = doors.get(random.nextInt(doors.size()));
        rooms.forEach(room -> places.put(room, new Place(room)));
        this.questions = new Questions(persona.name(), places.values());
    }

    Persona persona() {
        return persona;
    }

    List<String> rooms() {
        return List.copyOf(places.keySet());
    }

    /** Somebody is about to remove this user. */
    void mayLose(String room) {
        places.get(room).mayBeBarred();
    }

    Speech speech() {
        return speech;
    }

    /** Does what is due. */
    void tick(long millis) {
        now = millis;
        if (line.isEmpty()) {
            dial();
        } else if (now - heardAt > habits.patienceMs()) {
            line.get().drop();
        } else if (greeted) {
            questions.due(now).forEach(this::send);
            talk();
            ping();
        }
    }

    private void dial() {
        if (now >= dialAt) {
            heardAt = now;
            line = Optional.of(Line.dial(client, door.ws(), door.token(persona.user(), persona.role()), this));
        }
    }

    private void talk() {
        List<String> open =
                places.values().stream().filter(Place::isOpen).map(Place::room).toList();
        Optional<JsonObject> frame = speech.next(now, open);
        while (frame.isPresent()) {
            send(frame.get());
            frame = greeted ? speech.next(now, open) : Optional.empty(); // a send may find that the line is dead
        }
    }

    private void ping() {
        if (now - sentAt > PING_MS) {
            send(new JsonObject().put("type", "ping"));
        }
    }

    private void send(JsonObject frame) {
        sentAt = now;
        line.ifPresent(open -> open.send(frame));
    }

    @Override
    public void heard(JsonObject frame) {
        heardAt = now;
        switch (frame.getString("type")) {
            case "auth_success" -> {
                greeted = true;
                witness.opened(door.name());
            }
            case "joined" -> joined(frame);
            case "ack" -> acked(frame);
            case "error" -> refused(frame, frame.getString("reason"));
            case "rate_limited" -> refused(frame, "rate_limited");
            case Entry.CHAT, Entry.REMOVAL -> delivered(Frames.entry(frame));
            case "pong", "server_draining" -> {
                // The close that the second one announces will come.
            }
            default -> oddities.add(frame.encode());
        }
    }

    private void acked(JsonObject frame) {
        speech.acked(frame);
        places.get(frame.getString("roomId")).acked(frame.getLong("seq"));
    }

    private void joined(JsonObject frame) {
        Place place = places.get(frame.getString("roomId"));
        Deed.Joined joined = Frames.joined(frame, place.since());
        witness.note(joined);
        place.joined(joined);
    }

    private void delivered(Entry entry) {
        witness.note(new Deed.Heard(entry));
        Place place = places.get(entry.room());
        place.heard(entry, persona.user());
        forgetIfOut(place);
    }

    private void refused(JsonObject frame, String reason) {
        if (!Speech.passes(reason) && !isRemoval(frame, reason)) {
            oddities.add(frame.encode());
        }
        String id = frame.getString("id", "");
        if (!speech.refused(id, reason, now)) {
            questions.refused(id, Optional.ofNullable(frame.getString("roomId")), now);
        }
    }

    /** Whoever is removed may learn of it from a refusal first, or only so. */
    private boolean isRemoval(JsonObject frame, String reason) {
        Optional<Place> place = speech.roomOf(frame.getString("id", ""))
                .or(() -> Optional.ofNullable(frame.getString("roomId")))
                .map(places::get)
                .filter(each -> reason.equals("not_member") && each.takesForBarred());
        place.ifPresent(this::forgetIfOut);
        return place.isPresent();
    }

    private void forgetIfOut(Place place) {
        if (place.isBarred()) {
            speech.forget(place.room());
        }
    }

    @Override
    public void cut(int code) {
        if (greeted) {
            witness.note(new Deed.Cut(code));
        }
        greeted = false;
        line = Optional.empty();
        speech.cut();
        questions.cut();
        places.values().forEach(Place::cut);
        dialAt = now + random.nextInt(BACKOFF_MS);
        door = doors.get(random.nextInt(doors.size()));
    }

    void leave() {
        line.ifPresent(Line::drop);
    }

    /** Whether it is in all its rooms. */
    boolean isIn() {
        return greeted && places.values().stream().allMatch(Place::isOpen);
    }

    /** Whether it is in all its rooms, waits for nothing, and has all of this. */
    boolean isAtRest(Map<String, Long> heads) {
        return greeted
                && speech.isDone()
                && places.values().stream().allMatch(place -> place.hasAllUpTo(heads.getOrDefault(place.room(), 0L)));
    }

    /** Raises each room's newest place to what this one knows. */
    void raise(Map<String, Long> heads) {
        places.values().forEach(place -> heads.merge(place.room(), place.known(), Math::max));
    }

    /** What no history shows: frames it has no word for, refusals that do not pass by themselves. */
    List<String> oddities() {
        return oddities;
    }

    @Override
    public String toString() {
        return persona.name() + (greeted ? " at " : " on its way to ") + door.name() + " " + places.values();
    }
}
