package dev.portcullis.cluster.crowd;

import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client asks for to be where it wants to be: to join, and the pages of history that a resume left out. */
final class Questions {
    private static final long REPEAT_MS = 200;

    private final String name;
    private final Collection<Place> places;
    private final Map<String, Long> reading = new HashMap<>();
    private final Map<String, List<Place>> asked = new HashMap<>();
    private int asks;
    private long joinAt;

    /** @param name begins the ids of its frames */
    Questions(String name, Collection<Place> places) {
        this.name = name;
        this.places = places;
    }

    /** Those that are due. Whoever takes them sends them. */
    List<JsonObject> due(long now) {
        List<JsonObject> frames = new ArrayList<>();
        join(now).ifPresent(frames::add);
        places.stream()
                .filter(each -> each.hasGap() && !reading.containsKey(each.room()))
                .map(this::readOn)
                .forEach(frames::add);
        return frames;
    }

    private Optional<JsonObject> join(long now) {
        List<Place> wanted = places.stream().filter(Place::isWanting).toList();
        if (wanted.isEmpty() || now < joinAt) {
            return Optional.empty();
        }
        wanted.forEach(Place::asked);
        return Optional.of(Frames.join(idFor(wanted), wanted));
    }

    private JsonObject readOn(Place place) {
        long after = place.since().map(Position::seq).orElse(0L);
        reading.put(place.room(), after);
        return Frames.history(idFor(List.of(place)), place.room(), after);
    }

    private String idFor(List<Place> about) {
        String id = name + "-ask-" + asks++;
        asked.put(id, about);
        return id;
    }

    /** A page of this room came; returns the place after which it was asked for. */
    long answered(String room) {
        return reading.remove(room);
    }

    /** A refusal names the room that it is about, unless it is about the whole frame. */
    void refused(String id, Optional<String> room, long now) {
        asked.getOrDefault(id, List.of()).stream()
                .filter(place -> room.map(place.room()::equals).orElse(true))
                .forEach(this::askAgain);
        joinAt = now + REPEAT_MS;
    }

    private void askAgain(Place place) {
        place.refused();
        reading.remove(place.room());
    }

    void cut() {
        reading.clear();
        asked.clear();
    }
}
