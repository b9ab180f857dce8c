package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Asks and answers typed questions. One for a node; it may be used from every thread of its Vert.x. */
public final class Bus {
    private static final int FAILED = 1;

    private final EventBus eventBus;
    private final String node;
    private final BusConfig config;
    private final BusTimes times;
    private final DeliveryOptions options;
    private final Complaints complaints = new Complaints(System::nanoTime);
    private final Roster roster = new Roster();
    private final Map<Stage, AtomicInteger> underWay = new EnumMap<>(Stage.class);
    private volatile List<Peer> peers = List.of();

    public Bus(Vertx vertx, String node, BusConfig config, BusTimes times) {
        this.eventBus = vertx.eventBus();
        this.node = node;
        this.config = config;
        this.times = times;
        this.options = new DeliveryOptions().setSendTimeout(config.deadlineMs()).setLocalOnly(true);
        eventBus.registerDefaultCodec(Asked.class, new ByReference<>(Asked.class));
        eventBus.registerDefaultCodec(Answered.class, new ByReference<>(Answered.class));
        eventBus.registerDefaultCodec(Told.class, new ByReference<>(Told.class));
        for (Stage stage : Stage.values()) {
            underWay.put(stage, new AtomicInteger());
        }
    }

    /** Fails with a {@link BusFailure} and nothing else. */
    public <Q, A> Future<A> ask(Question<Q, A> question, Q body) {
        return askWithin(question, body, config.deadlineMs());
    }

    /** Waits no longer than this, nor than any question may. */
    public <Q, A> Future<A> askWithin(Question<Q, A> question, Q body, long millis) {
        int instance = roster.instanceFor(question.stage(), question.key().applyAsInt(body));
        return instance < 0
                ? Future.failedFuture(new BusFailure(Kind.NOBODY, question.stage()))
                : ask(question, instance, body, Math.min(millis, config.deadlineMs()));
    }

    /** Asks one certain instance, whatever the question's key says. */
    public <Q, A> Future<A> askAt(Question<Q, A> question, String at, int instance, Q body) {
        return at.equals(node)
                ? ask(question, instance, body, config.deadlineMs())
                : Future.failedFuture(new BusFailure(Kind.NOBODY, question.stage()));
    }

    /** What this node is called. */
    public String node() {
        return node;
    }

    /** The other nodes that live, as far as is known; replaces what was said before. */
    public void meet(List<Peer> others) {
        peers = List.copyOf(others);
    }

    /** The nodes that run a stage, this one among them, with their numbers of instances. */
    public Map<String, Integer> nodesOf(Stage stage) {
        Map<String, Integer> nodes = new HashMap<>();
        peers.forEach(peer -> peer.stages().forEach((each, instances) -> {
            if (each == stage && instances > 0) {
                nodes.put(peer.node(), instances);
            }
        }));
        int here = roster.instancesOf(stage);
        if (here > 0) {
            nodes.put(node, here);
        }
        return nodes;
    }

    private <Q, A> Future<A> ask(Question<Q, A> question, int instance, Q body, long millis) {
        Stage stage = question.stage();
        AtomicInteger waiting = waitingFor(stage);
        if (waiting.incrementAndGet() > config.inFlight()) {
            waiting.decrementAndGet();
            return Future.failedFuture(new BusFailure(Kind.CROWDED, stage));
        }
        long began = System.nanoTime();
        Asked asked = new Asked(began + TimeUnit.MILLISECONDS.toNanos(millis), body);
        return eventBus.<Answered>request(question.address(node, instance), asked, within(millis))
                .transform(reply -> {
                    waiting.decrementAndGet();
                    times.took(stage, System.nanoTime() - began);
                    return reply.succeeded()
                            ? Future.succeededFuture(question.answered()
                                    .cast(reply.result().body().body()))
                            : Future.failedFuture(new BusFailure(kindOf(reply.cause()), stage));
                });
    }

    private DeliveryOptions within(long millis) {
        return millis == config.deadlineMs() ? options : new DeliveryOptions(options).setSendTimeout(millis);
    }

    /** Registers an instance's answer; the result completes when questions can arrive. */
    public <Q, A> Future<Void> answer(Question<Q, A> question, int instance, Function<Q, Future<A>> answer) {
        return eventBus.<Asked>localConsumer(question.address(node, instance))
                .handler(message -> handle(question, message, answer))
                .completion()
                .onSuccess(ready -> roster.arrived(question.stage(), instance));
    }

    /** Says it once. It may be lost, and is where more is under way to that node than it takes. */
    public <T> void tell(Notice<T> notice, String at, int instance, T body) {
        if (at.equals(node)) {
            eventBus.send(notice.address(node, instance), new Told(body), options);
        }
    }

    public <T> Future<Void> hear(Notice<T> notice, int instance, Consumer<T> hearer) {
        return eventBus.<Told>localConsumer(notice.address(node, instance))
                .handler(message ->
                        hearer.accept(notice.told().cast(message.body().body())))
                .completion();
    }

    public int underWay(Stage stage) {
        return waitingFor(stage).get();
    }

    private <Q, A> void handle(Question<Q, A> question, Message<Asked> message, Function<Q, Future<A>> answer) {
        Asked asked = message.body();
        if (System.nanoTime() - asked.deadline() > 0) {
            return; // the asker has given up; doing it now would surprise it
        }
        Future<A> future;
        try {
            future = answer.apply(question.asked().cast(asked.body()));
        } catch (RuntimeException bug) {
            future = Future.failedFuture(bug);
        }
        future.onComplete(good -> message.reply(new Answered(good), options), broken -> {
            complaints.about(question.name(), broken);
            message.fail(FAILED, "");
        });
    }

    private AtomicInteger waitingFor(Stage stage) {
        return Objects.requireNonNull(underWay.get(stage));
    }

    private static Kind kindOf(Throwable cause) {
        if (cause instanceof ReplyException reply) {
            if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
                return Kind.NOBODY;
            }
            if (reply.failureType() == ReplyFailure.TIMEOUT) {
                return Kind.LATE;
            }
        }
        return Kind.FAILED;
    }
}
