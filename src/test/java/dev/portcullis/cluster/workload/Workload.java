package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.History;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Users who talk in rooms, over whichever node lets them in, and write down all of it. On one event loop. */
public final class Workload implements AutoCloseable {
    private static final long TICK_MS = 5;
    private static final AtomicInteger CROWDS = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final History history = new History();
    private final List<ChatClient> talkers = new ArrayList<>();
    private long timer;

    /**
     * @param devices connections of each user
     * @param roomsEach rooms that each connection is in
     * @param underWay frames of one connection that may wait for their answer
     * @param pauseMs between two frames of one connection, on average
     * @param patienceMs after which a silent connection is given up
     */
    public record Plan(
            int users, int devices, int rooms, int roomsEach, int underWay, long pauseMs, long patienceMs, long seed) {
        public static Plan seeded(long seed) {
            return new Plan(8, 2, 4, 2, 4, 20, 6_000, seed);
        }

        public Plan withPause(long ms) {
            return new Plan(users, devices, rooms, roomsEach, underWay, ms, patienceMs, seed);
        }

        public Plan withRooms(int number, int each) {
            return new Plan(users, devices, number, each, underWay, pauseMs, patienceMs, seed);
        }

        public Plan withPatience(long ms) {
            return new Plan(users, devices, rooms, roomsEach, underWay, pauseMs, ms, seed);
        }
    }

    private Workload() {}

    /** They come in at once, and talk as soon as they are in. */
    public static Workload enter(List<Door> doors, Plan plan) {
        Workload workload = new Workload();
        workload.on(() -> {
            workload.gather(doors, plan);
            workload.timer = workload.vertx.setPeriodic(TICK_MS, tick -> workload.tick());
            return true;
        });
        return workload;
    }

    private void gather(List<Door> doors, Plan plan) {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(1_000)
                .setMaxConnections(10_000)
                .setMaxFrameSize(1 << 20)
                .setMaxMessageSize(1 << 20));
        int crowd = CROWDS.incrementAndGet(); // no two crowds of a run share rooms, or ids in them
        Random random = new Random(plan.seed());
        Speech.Habits habits = new Speech.Habits(plan.underWay(), plan.pauseMs(), plan.patienceMs());
        for (int i = 0; i < plan.users() * plan.devices(); i++) {
            int first = i;
            List<String> rooms = IntStream.range(0, plan.roomsEach())
                    .mapToObj(room -> "crowd-" + crowd + "-" + (first + room) % plan.rooms())
                    .toList();
            int person = i % plan.users();
            String user = "user-" + crowd + "-" + person;
            talkers.add(new ChatClient(
                    new Persona(user, user + "-" + i / plan.users(), person % 2 == 0 ? Role.MODERATOR : Role.MEMBER),
                    rooms,
                    history,
                    doors,
                    client,
                    habits,
                    new Random(random.nextLong())));
        }
    }

    private void tick() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        talkers.forEach(client -> client.tick(millis));
    }

    public History history() {
        return history;
    }

    public int acked() {
        return on(() ->
                talkers.stream().mapToInt(client -> client.speech().acked()).sum());
    }

    /** Each who may not remove others is removed, from one room, by somebody who is there. */
    public void removeSome() {
        on(() -> {
            talkers.stream()
                    .filter(each -> !each.persona().moderates())
                    .map(victim -> victim.persona().user())
                    .distinct()
                    .forEach(this::remove);
            return true;
        });
    }

    private void remove(String user) {
        List<ChatClient> victims = talkers.stream()
                .filter(each -> each.persona().user().equals(user))
                .toList();
        String room = victims.get(0).rooms().get(0);
        victims.forEach(each -> each.mayLose(room));
        talkers.stream()
                .filter(each -> each.persona().moderates() && each.rooms().contains(room))
                .findFirst()
                .orElseThrow()
                .speech()
                .remove(room, user);
    }

    /** Some of them lose their network. */
    public void cut(int clients) {
        on(() -> {
            talkers.subList(0, clients).forEach(ChatClient::leave);
            return true;
        });
    }

    /** Whether so many more frames were acknowledged in time. */
    public boolean talk(int acks, Duration patience) {
        int wanted = acked() + acks;
        return Await.until(() -> acked() >= wanted, patience);
    }

    /** Whether all are in all their rooms in time. */
    public boolean arrive(Duration patience) {
        return Await.until(() -> on(() -> talkers.stream().allMatch(ChatClient::isIn)), patience);
    }

    /** Nobody says anything new; whether all get their answers, and all that was said, in time. */
    public boolean settle(Duration patience) {
        on(() -> {
            talkers.forEach(client -> client.speech().end());
            return true;
        });
        return Await.until(() -> on(this::isAtRest), patience);
    }

    private boolean isAtRest() {
        Map<String, Long> heads = new HashMap<>();
        talkers.forEach(client -> client.raise(heads));
        return talkers.stream().allMatch(client -> client.isAtRest(heads));
    }

    /** Where each of them stands. */
    public List<String> whereabouts() {
        return on(() -> talkers.stream().map(ChatClient::toString).toList());
    }

    /** Frames that nobody expected, and refusals that do not pass by themselves. */
    public List<String> oddities() {
        return on(() ->
                talkers.stream().flatMap(client -> client.oddities().stream()).toList());
    }

    private <T> T on(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.runOnContext(any -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException broken) {
                result.completeExceptionally(broken);
            }
        });
        return result.join();
    }

    @Override
    public void close() {
        on(() -> {
            talkers.forEach(ChatClient::leave);
            return vertx.cancelTimer(timer);
        });
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
