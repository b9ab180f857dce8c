package dev.portcullis.edge;

import dev.portcullis.streams.Carrier;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the connections of one event loop now and then, so that no frame pays for being counted. */
final class CensusTaker {
    static final long EVERY_MS = 1_000;

    private final int instance;
    private final Census census;
    private final Collection<Connection> connections;
    private final Carrier carrier;
    private final Goodbyes goodbyes;
    private SortedMap<Integer, Integer> frames = new TreeMap<>();
    private int turns;

    CensusTaker(int instance, Census census, Collection<Connection> connections, Carrier carrier, Goodbyes goodbyes) {
        this.instance = instance;
        this.census = census;
        this.connections = connections;
        this.carrier = carrier;
        this.goodbyes = goodbyes;
    }

    /** To be called every {@value #EVERY_MS} ms on the event loop. */
    void count() {
        turns++;
        if (turns % Census.SECONDS == 0) {
            frames = newFrames();
        }
        long waiting = connections.stream()
                .mapToLong(each -> each.socket().waitingBytes())
                .sum();
        census.report(
                instance, new Census.Count(waiting, carrier.followedNow(), identified(), goodbyes.waiting(), frames));
    }

    private int identified() {
        return (int) connections.stream()
                .filter(each -> each.identified().isPresent())
                .count();
    }

    private SortedMap<Integer, Integer> newFrames() {
        SortedMap<Integer, Integer> peers = new TreeMap<>();
        connections.forEach(each -> peers.merge(each.newFrames(), 1, Integer::sum));
        return peers;
    }
}
