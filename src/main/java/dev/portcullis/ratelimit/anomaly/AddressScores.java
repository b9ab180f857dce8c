package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Live;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scores of addresses on one node; of IPv6 a /64 counts as one. Bounded: the address that was not seen for longest
 * is forgotten first. Used from all event loops.
 */
public final class AddressScores {
    private static final int ADDRESS_BITS = 128;
    private static final int NETWORK_BITS = 64;

    /**
     * The time after which a ban that could not be stored is asked for again. A stored ban is known here half a second later.
     */
    private static final long PAUSE_MS = 10_000;

    private final Live<AnomalyConfig> config;
    private final Map<AddressRange, Scored> scores = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Scored {
        private AnomalyScore score = new AnomalyScore();
        private long pausedUntil = Long.MIN_VALUE;
    }

    public AddressScores(Live<AnomalyConfig> config) {
        this.config = config;
    }

    /** The range that one host can use: its address, or its /64. */
    public static AddressRange rangeOf(IpAddress address) {
        return AddressRange.around(address, address.isV4() ? ADDRESS_BITS : NETWORK_BITS);
    }

    /**
     * Counts an event.
     *
     * @return whether the address is to be banned; its score then begins again after a pause, so that a flood asks for few
     *     bans, also where the rules spare the address
     */
    public synchronized boolean add(IpAddress address, AddressEvent event, long nowMs) {
        AnomalyConfig current = config.get();
        Scored scored = scores.computeIfAbsent(rangeOf(address), any -> new Scored());
        forgetEldest(current.address().tracked());
        if (nowMs < scored.pausedUntil) {
            return false;
        }
        scored.score.add(current.address().weight(event), current, nowMs);
        boolean reached =
                scored.score.points(current, nowMs) >= current.address().ban();
        if (reached) {
            scored.score = new AnomalyScore();
            scored.pausedUntil = nowMs + PAUSE_MS;
        }
        return reached;
    }

    public synchronized int size() {
        return scores.size();
    }

    private void forgetEldest(int max) {
        var eldest = scores.keySet().iterator();
        while (scores.size() > max && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
    }
}
