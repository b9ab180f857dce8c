package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.CountedMetrics;
import dev.portcullis.kit.LoopbackCluster;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notices between nodes, over real connections. */
class NodeLinksTest {
    private static final Notice<Line> NEWS = new Notice<>(Stage.EDGE, "news", Line.class);
    private static final int BOUND = 1 << 20;
    private static final int LARGE = 10_000;

    /** Longer than any test waits for an acknowledgement. */
    private static final BusConfig PATIENT = config(60_000);

    private static final BusConfig HASTY = config(1_000);

    /** The size of a batch without notices is below this. */
    private static final int EMPTY_BATCH_BYTES = 64;

    private final LoopbackCluster cluster = new LoopbackCluster();
    private final Queue<Line> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final CountedMetrics counted = new CountedMetrics();
    private Vertx here;
    private Vertx there;
    private Bus sender;
    private Bus receiver;

    @SuppressWarnings("ArrayRecordComponent")
    private record Line(int number, byte[] text) {
        static Line of(int number, int bytes) {
            return new Line(number, new byte[bytes]);
        }
    }

    @BeforeEach
    void open() throws Exception {
        here = cluster.join("here");
        there = cluster.join("there");
        here.eventBus().addOutboundInterceptor(this::count);
        sender = new Bus(here, "here", PATIENT, counted.metrics());
        receiver = new Bus(there, "there", PATIENT, counted.metrics());
        ready(receiver.subscribe(NEWS, 0, received::add));
        updatePeers("there");
    }

    private void count(DeliveryContext<Object> sending) {
        if (sending.body() instanceof Buffer batch) {
            if (batch.length() > EMPTY_BATCH_BYTES) { // a probe after a late acknowledgement
                batches.incrementAndGet();
                sent.addAndGet(batch.length());
            } else {
                probes.incrementAndGet();
            }
        }
        sending.next();
    }

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    @Test
    void notices_of_one_turn_go_in_one_batch_and_arrive_in_order() throws Exception {
        inOneTurn(() -> IntStream.range(0, 100).forEach(i -> send(i, 100)));
        until(() -> received.size() == 100);
        assertThat(received).extracting(Line::number).isEqualTo(range(0, 100));
        assertThat(batches).hasValue(1);
        assertThat(sent.get()).isBetween(100L * 100, 100L * 140);
        until(() -> sender.unackedBytes() == 0);
    }

    @Test
    void notices_of_many_turns_arrive_in_order_and_are_acknowledged() throws Exception {
        for (int i = 0; i < 500; i++) {
            int number = i;
            inOneTurn(() -> send(number, 100));
        }
        until(() -> received.size() == 500);
        assertThat(received).extracting(Line::number).isEqualTo(range(0, 500));
        until(() -> sender.unackedBytes() == 0);
        assertThat(counted.count(Metric.BUS_DROPPED)).isEqualTo(0);
    }

    @Test
    void notice_reaches_only_its_instance() throws Exception {
        Queue<Line> second = new ConcurrentLinkedQueue<>();
        ready(receiver.subscribe(NEWS, 1, second::add));
        NoticeMulticast<Line> multicast = sender.multicast(NEWS, Line.of(7, 1));
        multicast.sendTo("there", 1);
        multicast.sendTo("there", 5); // where no handler is
        until(() -> second.size() == 1 && counted.count(Metric.BUS_UNDECODABLE) == 1);
        assertThat(received).isEmpty();
    }

    /** The event bus would keep all of it in memory: 255 MB measured for 100,000 messages (CWE-770). */
    @Test
    void node_that_stops_reading_costs_bounded_memory_and_receives_again_after_it_resumes() throws Exception {
        useShortAckTimeout();
        inOneTurn(() -> send(-1, 10));
        until(() -> received.size() == 1 && sender.unackedBytes() == 0);
        Runnable wake = cluster.stop(there);
        int count = 10_000; // 100 MB
        int filling = BOUND / LARGE + 1;
        inOneTurn(() -> IntStream.range(0, filling).forEach(i -> send(i, LARGE))); // it is not unresponsive yet
        int probesBefore = probes.get();
        for (int i = filling; i < count; i += 100) {
            int from = i;
            inOneTurn(() -> IntStream.range(from, Math.min(from + 100, count)).forEach(each -> send(each, LARGE)));
        }
        until(() -> probes.get() > probesBefore); // by now it counts as unresponsive
        inOneTurn(() -> send(count, 10));
        assertThat(sender.unackedBytes()).isBetween((long) BOUND - 2 * LARGE, (long) BOUND);
        assertThat(counted.count(Metric.BUS_DROPPED)).isGreaterThan(count - BOUND / LARGE);
        assertThat(sent.get()).isLessThan(2L * BOUND);
        wake.run();
        until(() -> sender.unackedBytes() == 0);
        List<Integer> first = received.stream().map(Line::number).toList();
        assertThat(first).as("in order, as far as they were sent").isEqualTo(range(-1, first.size() - 1));
        inOneTurn(() -> send(count + 1, 10));
        until(() -> received.size() == first.size() + 1);
    }

    @Test
    void node_that_does_not_acknowledge_gets_nothing_until_it_does() throws Exception {
        useShortAckTimeout();
        Queue<Buffer> raw = new ConcurrentLinkedQueue<>();
        AtomicInteger acknowledging = new AtomicInteger();
        Vertx mute = cluster.join("mute");
        ready(mute.eventBus()
                .<Buffer>consumer("link@mute", message -> {
                    raw.add(message.body());
                    if (acknowledging.get() > 0 && message.replyAddress() != null) {
                        message.reply(Buffer.buffer());
                    }
                })
                .completion());
        updatePeers("mute");
        inOneTurn(() -> sender.send(NEWS, "mute", 0, Line.of(1, 10)));
        until(() -> raw.size() >= 3); // the notice, and empty probes
        inOneTurn(() -> sender.send(NEWS, "mute", 0, Line.of(2, 10)));
        assertThat(counted.count(Metric.BUS_DROPPED)).isEqualTo(1);
        acknowledging.set(1);
        until(() -> sender.unackedBytes() == 0);
        long before = counted.count(Metric.BUS_DROPPED);
        inOneTurn(() -> sender.send(NEWS, "mute", 0, Line.of(3, 10)));
        assertThat(counted.count(Metric.BUS_DROPPED)).isEqualTo(before);
    }

    @Test
    void node_that_is_no_known_peer_gets_nothing() throws Exception {
        updatePeers();
        inOneTurn(() -> send(1, 100));
        assertThat(batches).hasValue(0);
        assertThat(counted.count(Metric.BUS_DROPPED)).isEqualTo(0);
        updatePeers("there");
        inOneTurn(() -> send(2, 10));
        until(() -> received.size() == 1);
        assertThat(received).extracting(Line::number).containsExactly(2);
    }

    @Test
    void undecodable_notice_does_not_affect_others() throws Exception {
        record Old(String number) {}
        Notice<Old> old = new Notice<>(Stage.EDGE, "news", Old.class);
        inOneTurn(() -> {
            send(1, 10);
            sender.send(old, "there", 0, new Old("a text"));
            send(2, 10);
        });
        until(() -> received.size() == 2);
        assertThat(counted.count(Metric.BUS_UNDECODABLE)).isEqualTo(1);
        here.eventBus().send("link@there", "no batch");
        until(() -> counted.count(Metric.BUS_UNDECODABLE) == 2);
    }

    private static BusConfig config(long ackTimeoutMs) {
        return new BusConfig(
                60_000,
                1_000,
                1_000,
                CircuitBreaker.Config.STANDARD,
                new LinkSender.Config(BOUND, ackTimeoutMs, 50),
                BusConfig.OVERDUE_MS);
    }

    /** Sends from a new node that soon considers a node without acknowledgement unresponsive. */
    private void useShortAckTimeout() throws Exception {
        here = cluster.join("hasty");
        here.eventBus().addOutboundInterceptor(this::count);
        sender = new Bus(here, "hasty", HASTY, counted.metrics());
        updatePeers("there");
    }

    private void send(int number, int bytes) {
        sender.send(NEWS, "there", 0, Line.of(number, bytes));
    }

    private void updatePeers(String... nodes) {
        sender.updatePeers(List.of(nodes).stream()
                .map(node -> new PeerNode(node, Map.of(Stage.EDGE, 1)))
                .toList());
    }

    /** Runs a task in one turn, and waits for the turn and for what it scheduled for its end. */
    private void inOneTurn(Runnable task) throws Exception {
        Context context = here.getOrCreateContext();
        Future<Void> done = Future.future(promise -> context.runOnContext(any -> {
            task.run();
            context.runOnContext(promise::complete);
        }));
        ready(done);
    }

    private static void until(BooleanSupplier condition) {
        assertThat(Await.until(condition)).as("in time").isTrue();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static <T> T ready(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
