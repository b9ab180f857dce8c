package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.NoticeMulticast.LocalNotice;
import dev.portcullis.bus.RequestSender.LocalReply;
import dev.portcullis.protocol.record.WireForm;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Sends typed questions to stage instances and answers them, on this node or, where its Vert.x is clustered, on others.
 * One per node; may be used from every thread of its Vert.x.
 */
public final class Bus {
    /** A password waits for a thread, and two of them are hashed at most; an HTTP answer is due within 10 s. */
    private static final long LONG_DEADLINE_MS = 8_000;

    private final boolean clustered;
    private final String node;
    private final BusConfig config;
    private final Metrics metrics;
    private final BusLog log = new BusLog(LoggerFactory.getLogger(Bus.class), System::nanoTime);
    private final LocalSenders local;
    private final InstanceDirectory instances;
    private final RequestDispatcher dispatcher;
    private final ConsumerRegistry consumers;
    private final NodeLinks links;

    public Bus(Vertx vertx, String node, BusConfig config) {
        this(vertx, node, config, Metrics.uncounted());
    }

    public Bus(Vertx vertx, String node, BusConfig config, Metrics metrics) {
        EventBus eventBus = vertx.eventBus();
        this.clustered = vertx.isClustered();
        this.node = node;
        this.config = config;
        this.metrics = metrics;
        this.local = new LocalSenders(eventBus, node);
        PeerProbes probes = new PeerProbes(vertx);
        this.instances = new InstanceDirectory(node, config, probes::send);
        this.dispatcher = new RequestDispatcher(new RequestSender(vertx, node, local, metrics), config, metrics);
        this.consumers = new ConsumerRegistry(vertx, metrics);
        this.links = new NodeLinks(vertx, node, config.link(), metrics, log, consumers);
        for (Stage stage : Stage.values()) {
            metrics.measure(Metric.BREAKERS_OPEN, stage.id(), () -> openBreakers(stage));
        }
        if (clustered) {
            probes.answer(vertx, node, consumers);
        }
        eventBus.registerDefaultCodec(LocalRequest.class, new LocalCodec<>(LocalRequest.class));
        eventBus.registerDefaultCodec(LocalReply.class, new LocalCodec<>(LocalReply.class));
        eventBus.registerDefaultCodec(LocalNotice.class, new LocalCodec<>(LocalNotice.class));
        eventBus.serializableChecker(type -> false); // never deserializes a class chosen by a peer (CWE-502)
        eventBus.clusterSerializableChecker(type -> false);
    }

    /** Fails only with a {@link BusFailure}. */
    public <Q, A> Future<A> ask(Question<Q, A> question, Q body) {
        return asking(question).ask(body, config.deadlineMs());
    }

    /** Asks a question whose answer takes long to compute. */
    public <Q, A> Future<A> askLong(Question<Q, A> question, Q body) {
        return new RepeatableRequest<>(question, instances, dispatcher, LONG_DEADLINE_MS).ask(body, LONG_DEADLINE_MS);
    }

    /** Returns a request that may be repeated, if possible at another instance. */
    public <Q, A> RepeatableRequest<Q, A> asking(Question<Q, A> question) {
        return new RepeatableRequest<>(question, instances, dispatcher, config.deadlineMs());
    }

    /** Asks one specific instance, whatever the question's key and the state of its circuit breaker. */
    public <Q, A> Future<A> askAt(Question<Q, A> question, String at, int instance, Q body) {
        return askAt(question, at, instance, body, config.deadlineMs());
    }

    /** Asks one specific instance for an answer that takes long. */
    public <Q, A> Future<A> askLongAt(Question<Q, A> question, String at, int instance, Q body) {
        return askAt(question, at, instance, body, LONG_DEADLINE_MS);
    }

    private <Q, A> Future<A> askAt(Question<Q, A> question, String at, int instance, Q body, long millis) {
        return instances
                .find(question.stage(), at, instance)
                .map(found -> dispatcher.call(
                        question,
                        new InstanceDirectory.Choice(found, CircuitBreaker.Pass.CLOSED),
                        body,
                        millis,
                        Future::failedFuture))
                .orElseGet(() -> Future.failedFuture(new BusFailure(Kind.NO_INSTANCE, question.stage())));
    }

    /** How long the answer of {@link #askLong} may take. */
    public long longDeadlineMs() {
        return LONG_DEADLINE_MS;
    }

    /** How long a question waits for its answer. */
    public long deadlineMs() {
        return config.deadlineMs();
    }

    /** The name of this node. */
    public String node() {
        return node;
    }

    /** Replaces the known peer nodes. */
    public void updatePeers(List<PeerNode> others) {
        instances.updatePeers(others);
        links.updatePeers(others.stream()
                .map(PeerNode::node)
                .filter(other -> !other.equals(node))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** The nodes that run a stage, this one included, with their numbers of instances. */
    public Map<String, Integer> nodesOf(Stage stage) {
        return instances.nodesOf(stage);
    }

    /** Instances of a stage, on all nodes, that are not asked for a while, or only to try them. */
    public long openBreakers(Stage stage) {
        return instances.openBreakers(stage);
    }

    /** Registers the handler of one instance; the result completes when questions can arrive. */
    public <Q, A> Future<Void> answer(Question<Q, A> question, int instance, Function<Q, Future<A>> answer) {
        QuestionResponder<Q, A> responder = new QuestionResponder<>(question, answer, log, metrics);
        String address = question.address(node, instance);
        return (clustered
                        ? consumers.open(address, responder::receive)
                        : consumers.openLocal(address, responder::receive))
                .compose(ready -> {
                    instances.registerLocal(question.stage(), instance);
                    return Future.succeededFuture();
                });
    }

    /** Sends a notice once. It may be lost; it is dropped when too many bytes to that node are unacknowledged. */
    public <T> void send(Notice<T> notice, String at, int instance, T body) {
        multicast(notice, body).sendTo(at, instance);
    }

    /** Returns a notice that goes to several instances. */
    public <T> NoticeMulticast<T> multicast(Notice<T> notice, T body) {
        return new NoticeMulticast<>(notice, body, local, node, links);
    }

    /** Registers a handler of notices; the result completes when notices can arrive. */
    public <T> Future<Void> subscribe(Notice<T> notice, int instance, Consumer<T> handler) {
        String address = notice.address(node, instance);
        Future<Void> localReady = consumers.openLocal(address, (message, body) -> {
            if (body instanceof LocalNotice received) {
                handler.accept(notice.payloadType().cast(received.body()));
            }
        });
        return clustered
                ? localReady.compose(any ->
                        links.subscribe(notice.handlerName(instance), bytes -> decodeAndSend(notice, instance, bytes)))
                : localReady;
    }

    private <T> boolean decodeAndSend(Notice<T> notice, int instance, byte[] bytes) {
        Optional<T> body = WireForm.of(notice.payloadType()).decode(bytes);
        body.ifPresent(decoded -> local.to(notice, instance).write(new LocalNotice(decoded)));
        return body.isPresent();
    }

    /** Questions of this node to a stage that have no answer yet. */
    public int inFlight(Stage stage) {
        return dispatcher.inFlight(stage);
    }

    /** Bytes of notices that no other node has acknowledged yet. */
    public long unackedBytes() {
        return links.unackedBytes();
    }

    /** Registers this node's addresses in the cluster again: the cluster can lose them permanently. */
    public Future<Void> reregister() {
        return consumers.reregister();
    }
}
