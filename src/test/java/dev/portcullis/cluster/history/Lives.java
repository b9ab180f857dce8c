package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lives of one room. The store may forget the end of it; then the room goes on from an earlier place, in a new epoch,
 * and this is its next life. What lies before that place belongs to both. A room whose store keeps everything has one
 * life, whatever its epochs.
 */
final class Lives {
    private final Map<String, Integer> ofEpoch = new HashMap<>();
    private final List<Long> firsts = new ArrayList<>(List.of(0L));

    /** The epoch begins in the present life. */
    void begin(String epoch) {
        ofEpoch.put(epoch, newest());
    }

    /** All from this place on is forgotten. */
    void setBack(long first) {
        firsts.add(first);
    }

    int newest() {
        return firsts.size() - 1;
    }

    Spot spot(Position at) {
        int life = ofEpoch.getOrDefault(at.epoch(), 0);
        while (at.seq() < firsts.get(life)) {
            life--;
        }
        return new Spot(life, at.seq());
    }

    /** Whether that life still knows what stood there. */
    boolean isKept(Spot spot, int life) {
        return spot.life() <= life
                && firsts.subList(spot.life() + 1, life + 1).stream().allMatch(first -> spot.seq() < first);
    }

    /** Whether there is a life that knows both. */
    boolean agree(Position one, Position other) {
        int later = Math.max(ofEpoch.getOrDefault(one.epoch(), 0), ofEpoch.getOrDefault(other.epoch(), 0));
        return isKept(spot(one), later) && isKept(spot(other), later);
    }
}
