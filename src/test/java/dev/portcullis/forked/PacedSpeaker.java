package dev.portcullis.forked;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Sends one message after the other in a room, and notes when each was acknowledged. */
final class PacedSpeaker implements Runnable, AutoCloseable {
    private final ChatPeer peer;
    private final String room;
    private final String name;
    private final List<Acked> acked = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean ended;

    /** Times are nanoseconds. */
    record Acked(String content, String epoch, long seq, long sentAt, long ackedAt) {
        long tookMs() {
            return TimeUnit.NANOSECONDS.toMillis(ackedAt - sentAt);
        }
    }

    PacedSpeaker(ChatPeer peer, String room, String name) {
        this.peer = peer;
        this.room = room;
        this.name = name;
        peer.join(room);
        this.thread = new Thread(this, name);
        thread.start();
    }

    @Override
    public void run() {
        for (int i = 0; !ended; i++) {
            String content = name + "-" + i;
            long sentAt = System.nanoTime();
            JsonObject ack = peer.say(room, content, content);
            acked.add(new Acked(content, ack.getString("epoch"), ack.getLong("seq"), sentAt, System.nanoTime()));
        }
    }

    List<Acked> acked() {
        return List.copyOf(acked);
    }

    /** The longest wait for an answer that touches this time. */
    long longestMs(long from, long until) {
        return acked.stream()
                .filter(each -> each.ackedAt >= from && each.sentAt <= until)
                .mapToLong(Acked::tookMs)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        peer.close();
    }
}
