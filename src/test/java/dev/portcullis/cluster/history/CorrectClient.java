package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A client of the {@link CorrectServer}: joins, publishes, is disconnected, reconnects, resumes and repeats frames that
 * got no answer.
 */
final class CorrectClient {
    private static final int RESUMED_AT_ONCE = 3;

    private final String user;
    private final String name;
    private final CorrectServer server;
    private final History.Recorder recorder;
    private final Random random;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Deque<ClientEvent.Sent> inFlight = new ArrayDeque<>();
    private final Deque<ClientEvent> answers = new ArrayDeque<>();
    private final List<ClientEvent.Sent> unanswered = new ArrayList<>();
    private boolean connected;
    private int published;

    /** The client's state in a room. */
    private static final class Subscription {
        private boolean active;
        private boolean visited;
        private String epoch = "";
        private long lastDelivered;
        private long resumeSeq;
    }

    CorrectClient(String user, String name, CorrectServer server, History.Recorder recorder, Random random) {
        this.user = user;
        this.name = name;
        this.server = server;
        this.recorder = recorder;
        this.random = random;
    }

    /** Takes one random action that is possible now. */
    void step(List<String> rooms, Optional<String> victim) {
        String room = rooms.get(random.nextInt(rooms.size()));
        if (!connected) {
            connected();
        } else if (!subscription(room).active) {
            join(room);
        } else {
            act(room, victim);
        }
    }

    private void act(String room, Optional<String> victim) {
        int dice = random.nextInt(100);
        if (dice < 30) {
            send(new ClientEvent.Sent(room, Entry.CHAT, name + "-" + published, name + " says " + published++));
        } else if (dice < 31 && victim.filter(each -> !each.equals(user)).isPresent()) {
            send(new ClientEvent.Sent(room, Entry.REMOVAL, name + "-r" + published++, victim.get()));
        } else if (dice < 36 && !unanswered.isEmpty()) {
            send(unanswered.remove(random.nextInt(unanswered.size())));
        } else if (dice < 50) {
            serveNext();
        } else if (dice < 60) {
            takeAnswer();
        } else if (dice < 92) {
            receiveNext(room);
        } else if (dice < 94) {
            leave(room);
        } else if (dice < 96) {
            join(room);
        } else if (dice < 97) {
            losePosition(room);
        } else {
            disconnect();
        }
    }

    /** Returns when no frame is in flight. */
    void finish(List<String> rooms) {
        if (!connected) {
            connected();
        }
        while (!inFlight.isEmpty() || !answers.isEmpty()) {
            serveNext();
            takeAnswer();
        }
    }

    /** Returns when all entries of these rooms are delivered. */
    void catchUp(List<String> rooms) {
        for (String room : rooms) {
            if (!connected) {
                connected();
            }
            if (!subscription(room).active) {
                join(room);
            }
            while (receiveNext(room)) {
                // Each call delivers one more entry.
            }
        }
    }

    private void connected() {
        connected = true;
        recorder.connected("node");
    }

    private void disconnect() {
        for (int left = random.nextInt(inFlight.size() + 1); left > 0; left--) {
            server.publish(user, inFlight.peek());
            unanswered.add(inFlight.remove());
        }
        unanswered.addAll(inFlight);
        inFlight.clear();
        answers.clear();
        subscriptions.values().forEach(subscription -> subscription.active = false);
        connected = false;
        recorder.add(new ClientEvent.Disconnected(1006));
    }

    private void join(String room) {
        Subscription subscription = subscription(room);
        if (server.isRemoved(room, user)) {
            return;
        }
        if (subscription.active) {
            while (subscription.lastDelivered < server.room(room).head().seq()) {
                receiveNext(room);
            }
        }
        Optional<Position> since = subscription.visited
                ? Optional.of(new Position(subscription.epoch, subscription.resumeSeq))
                : Optional.empty();
        boolean recovered = since.filter(at -> server.canResumeFrom(room, at)).isPresent() && random.nextInt(20) != 0;
        Position head = server.room(room).head();
        if (recovered) {
            resume(room, since.get(), head);
        } else {
            recorder.add(new ClientEvent.Joined(room, true, since, head, false, false, List.of()));
        }
        subscription.resumeSeq = head.seq();
        enter(subscription, head);
        readHistory(room, head.seq());
    }

    /** Resumes in parts, each from the position that the previous part reached. */
    private void resume(String room, Position since, Position head) {
        Position position = since;
        boolean more = true;
        while (more) {
            List<Entry> missed = server.entriesAfter(room, position.seq(), RESUMED_AT_ONCE);
            more = position.seq() + missed.size() < head.seq();
            Position next = more ? missed.get(missed.size() - 1).at() : head;
            recorder.add(new ClientEvent.Joined(room, true, Optional.of(position), next, true, more, missed));
            position = next;
        }
    }

    private void enter(Subscription subscription, Position head) {
        subscription.active = true;
        subscription.visited = true;
        subscription.epoch = head.epoch();
        subscription.lastDelivered = head.seq();
    }

    private void losePosition(String room) {
        Subscription subscription = subscription(room);
        Position head = server.room(room).head();
        if (server.isRemoved(room, user)) {
            disconnect();
            return;
        }
        recorder.add(new ClientEvent.Joined(room, false, Optional.empty(), head, false, false, List.of()));
        enter(subscription, head);
        subscription.resumeSeq = subscription.lastDelivered;
    }

    private void readHistory(String room, long head) {
        long after = random.nextInt((int) head + 1);
        List<Entry> page = server.entriesAfter(room, after, 1 + random.nextInt(4));
        recorder.add(new ClientEvent.HistoryRead(room, after, after + page.size() < head, page));
    }

    private void leave(String room) {
        subscription(room).active = false;
        recorder.add(new ClientEvent.Left(room));
    }

    private boolean receiveNext(String room) {
        Subscription subscription = subscription(room);
        if (subscription.active
                && !server.canResumeFrom(room, new Position(subscription.epoch, subscription.lastDelivered))) {
            losePosition(room);
            return true;
        }
        Optional<Entry> next =
                subscription.active ? server.entryAt(room, subscription.lastDelivered + 1) : Optional.empty();
        next.ifPresent(entry -> {
            recorder.add(new ClientEvent.Delivered(entry));
            subscription.lastDelivered++;
            subscription.resumeSeq = subscription.lastDelivered;
            subscription.epoch = entry.at().epoch();
            subscription.active =
                    !(entry.kind().equals(Entry.REMOVAL) && entry.body().equals(user));
        });
        return next.isPresent();
    }

    private void send(ClientEvent.Sent frame) {
        recorder.add(frame);
        inFlight.add(frame);
    }

    private void serveNext() {
        Optional.ofNullable(inFlight.poll())
                .ifPresent(frame ->
                        server.publish(user, frame).ifPresentOrElse(answers::add, () -> unanswered.add(frame)));
    }

    void takeAllAnswers() {
        while (!answers.isEmpty()) {
            takeAnswer();
        }
    }

    private void takeAnswer() {
        Optional.ofNullable(answers.poll()).ifPresent(recorder::add);
    }

    private Subscription subscription(String room) {
        return subscriptions.computeIfAbsent(room, any -> new Subscription());
    }
}
