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

/** A client of the {@link GoodServer}: joins, talks, is cut off, comes back, resumes and says again what got no answer. */
final class GoodClient {
    private static final int RESUMED_AT_ONCE = 3;

    private final String user;
    private final String name;
    private final GoodServer server;
    private final History.Witness witness;
    private final Random random;
    private final Map<String, Seat> seats = new HashMap<>();
    private final Deque<ClientEvent.Sent> underWay = new ArrayDeque<>();
    private final Deque<ClientEvent> answers = new ArrayDeque<>();
    private final List<ClientEvent.Sent> unanswered = new ArrayList<>();
    private boolean open;
    private int said;

    /** Where it stands in a room. */
    private static final class Seat {
        private boolean in;
        private boolean known;
        private String epoch = "";
        private long live;
        private long filled;
    }

    GoodClient(String user, String name, GoodServer server, History.Witness witness, Random random) {
        this.user = user;
        this.name = name;
        this.server = server;
        this.witness = witness;
        this.random = random;
    }

    /** Does something that can be done now. */
    void step(List<String> rooms, Optional<String> victim) {
        String room = rooms.get(random.nextInt(rooms.size()));
        if (!open) {
            open();
        } else if (!seat(room).in) {
            join(room);
        } else {
            act(room, victim);
        }
    }

    private void act(String room, Optional<String> victim) {
        int dice = random.nextInt(100);
        if (dice < 30) {
            send(new ClientEvent.Sent(room, Entry.CHAT, name + "-" + said, name + " says " + said++));
        } else if (dice < 31 && victim.filter(each -> !each.equals(user)).isPresent()) {
            send(new ClientEvent.Sent(room, Entry.REMOVAL, name + "-r" + said++, victim.get()));
        } else if (dice < 36 && !unanswered.isEmpty()) {
            send(unanswered.remove(random.nextInt(unanswered.size())));
        } else if (dice < 50) {
            serve();
        } else if (dice < 60) {
            answer();
        } else if (dice < 92) {
            hear(room);
        } else if (dice < 94) {
            leave(room);
        } else if (dice < 96) {
            join(room);
        } else if (dice < 97) {
            losePlace(room);
        } else {
            cut();
        }
    }

    /** Until nothing is under way any more. */
    void finish(List<String> rooms) {
        if (!open) {
            open();
        }
        while (!underWay.isEmpty() || !answers.isEmpty()) {
            serve();
            answer();
        }
    }

    /** Until all is heard. */
    void catchUp(List<String> rooms) {
        for (String room : rooms) {
            if (!open) {
                open();
            }
            if (!seat(room).in) {
                join(room);
            }
            while (hear(room)) {
                // Each hears one more.
            }
        }
    }

    private void open() {
        open = true;
        witness.opened("node");
    }

    private void cut() {
        for (int left = random.nextInt(underWay.size() + 1); left > 0; left--) {
            server.publish(user, underWay.peek());
            unanswered.add(underWay.remove());
        }
        unanswered.addAll(underWay);
        underWay.clear();
        answers.clear();
        seats.values().forEach(seat -> seat.in = false);
        open = false;
        witness.note(new ClientEvent.Cut(1006));
    }

    private void join(String room) {
        Seat seat = seat(room);
        if (server.isRemoved(room, user)) {
            return;
        }
        if (seat.in) {
            while (seat.live < server.room(room).head().seq()) {
                hear(room);
            }
        }
        Optional<Position> since = seat.known ? Optional.of(new Position(seat.epoch, seat.filled)) : Optional.empty();
        boolean recovered = since.filter(at -> server.keeps(room, at)).isPresent() && random.nextInt(20) != 0;
        Position head = server.room(room).head();
        if (recovered) {
            resume(room, since.get(), head);
        } else {
            witness.note(new ClientEvent.Joined(room, true, since, head, false, false, List.of()));
        }
        seat.filled = head.seq();
        enter(seat, head);
        browse(room, head.seq());
    }

    /** Part by part, each from the place that the one before it reached. */
    private void resume(String room, Position since, Position head) {
        Position place = since;
        boolean more = true;
        while (more) {
            List<Entry> missed = server.after(room, place.seq(), RESUMED_AT_ONCE);
            more = place.seq() + missed.size() < head.seq();
            Position next = more ? missed.get(missed.size() - 1).at() : head;
            witness.note(new ClientEvent.Joined(room, true, Optional.of(place), next, true, more, missed));
            place = next;
        }
    }

    private void enter(Seat seat, Position head) {
        seat.in = true;
        seat.known = true;
        seat.epoch = head.epoch();
        seat.live = head.seq();
    }

    private void losePlace(String room) {
        Seat seat = seat(room);
        Position head = server.room(room).head();
        if (server.isRemoved(room, user)) {
            cut();
            return;
        }
        witness.note(new ClientEvent.Joined(room, false, Optional.empty(), head, false, false, List.of()));
        enter(seat, head);
        seat.filled = seat.live;
    }

    private void browse(String room, long head) {
        long after = random.nextInt((int) head + 1);
        List<Entry> page = server.after(room, after, 1 + random.nextInt(4));
        witness.note(new ClientEvent.Read(room, after, after + page.size() < head, page));
    }

    private void leave(String room) {
        seat(room).in = false;
        witness.note(new ClientEvent.Left(room));
    }

    private boolean hear(String room) {
        Seat seat = seat(room);
        if (seat.in && !server.keeps(room, new Position(seat.epoch, seat.live))) {
            losePlace(room);
            return true;
        }
        Optional<Entry> next = seat.in ? server.live(room, seat.live + 1) : Optional.empty();
        next.ifPresent(entry -> {
            witness.note(new ClientEvent.Heard(entry));
            seat.live++;
            seat.filled = seat.live;
            seat.epoch = entry.at().epoch();
            seat.in = !(entry.kind().equals(Entry.REMOVAL) && entry.body().equals(user));
        });
        return next.isPresent();
    }

    private void send(ClientEvent.Sent frame) {
        witness.note(frame);
        underWay.add(frame);
    }

    private void serve() {
        Optional.ofNullable(underWay.poll())
                .ifPresent(frame ->
                        server.publish(user, frame).ifPresentOrElse(answers::add, () -> unanswered.add(frame)));
    }

    void answerAll() {
        while (!answers.isEmpty()) {
            answer();
        }
    }

    private void answer() {
        Optional.ofNullable(answers.poll()).ifPresent(witness::note);
    }

    private Seat seat(String room) {
        return seats.computeIfAbsent(room, any -> new Seat());
    }
}
