package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A history without a fault, another one for each seed. */
final class GoodHistory {
    private GoodHistory() {}

    static List<Moment> of(long seed) {
        Random random = new Random(seed);
        AtomicLong nanos = new AtomicLong();
        History history = new History(() -> nanos.addAndGet(1 + random.nextInt(1_000_000)));
        GoodServer server = new GoodServer(random);
        List<String> rooms = IntStream.rangeClosed(1, 1 + random.nextInt(2))
                .mapToObj(i -> "room-" + i)
                .toList();
        int users = 2 + random.nextInt(3);
        List<GoodClient> clients = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            for (int j = 0; j <= random.nextInt(2); j++) {
                String user = "user-" + i;
                String name = user + "/" + j;
                clients.add(new GoodClient(user, name, server, history.witness(name, user), random));
            }
        }
        for (int steps = 100 + random.nextInt(500); steps > 0; steps--) {
            if (random.nextInt(100) == 0) {
                server.fork(rooms.get(0));
            }
            clients.get(random.nextInt(clients.size())).step(rooms, "user-" + random.nextInt(users));
        }
        clients.forEach(client -> client.finish(rooms));
        clients.forEach(client -> client.catchUp(rooms));
        return history.moments();
    }
}
