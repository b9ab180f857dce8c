package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.NoticeMulticast.LocalNotice;
import dev.portcullis.bus.RequestSender.LocalReply;
import dev.portcullis.bus.RequestSender.LocalRequest;
import dev.portcullis.bus.wire.WireForm;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks and answers typed questions, on this node or, where its Vert.x is clustered, on others. One for a node; it may be
 * used from every thread of its Vert.x.
 */
public final class Bus {
    private static final DeliveryOptions LOCAL_ONLY = new DeliveryOptions().setLocalOnly(true);

    private final EventBus eventBus;
    private final boolean clustered;
    private final String node;
    private final BusConfig config;
    private final BusEvents events;
    private final BusLog log = new BusLog(System::nanoTime);
    private final InstanceDirectory instances;
    private final RequestDispatcher dispatcher;
    private final ConsumerRegistry consumers;
    private final NodeLinks links;

    public Bus(Vertx vertx, String node, BusConfig config) {
        this(vertx, node, config, BusEvents.IGNORED);
    }

    public Bus(Vertx vertx, String node, BusConfig config, BusEvents events) {
        this.eventBus = vertx.eventBus();
        this.clustered = vertx.isClustered();
        this.node = node;
        this.config = config;
        this.events = events;
        this.instances = new InstanceDirectory(node, config.breaker());
        this.dispatcher = new RequestDispatcher(new RequestSender(eventBus, node, events), node, config, events);
        this.consumers = new ConsumerRegistry(vertx, events);
        this.links = new NodeLinks(vertx, node, config.link(), events, log, consumers);
        eventBus.registerDefaultCodec(LocalRequest.class, new LocalCodec<>(LocalRequest.class));
        eventBus.registerDefaultCodec(LocalReply.class, new LocalCodec<>(LocalReply.class));
        eventBus.registerDefaultCodec(LocalNotice.class, new LocalCodec<>(LocalNotice.class));
        eventBus.serializableChecker(type -> false); // no class of a peer's choice is ever read (CWE-502)
        eventBus.clusterSerializableChecker(type -> false);
    }

    /** Fails with a {@link BusFailure} and nothing else. */
    public <Q, A> Future<A> ask(Question<Q, A> question, Q body) {
        return asking(question).ask(body, config.deadlineMs());
    }

    /** A question that may be repeated, at another instance if possible. */
    public <Q, A> RepeatableRequest<Q, A> asking(Question<Q, A> question) {
        return new RepeatableRequest<>(question, instances, dispatcher, config.deadlineMs());
    }

    /** Asks one certain instance, whatever the question's key says, and however it fared so far. */
    public <Q, A> Future<A> askAt(Question<Q, A> question, String at, int instance, Q body) {
        return instances
                .find(question.stage(), at, instance)
                .map(place -> dispatcher.call(
                        question,
                        new InstanceDirectory.Choice(place, CircuitBreaker.Pass.CLOSED),
                        body,
                        config.deadlineMs()))
                .orElseGet(() -> Future.failedFuture(new BusFailure(Kind.NO_INSTANCE, question.stage())));
    }

    /** How long an answer is waited for. */
    public long deadlineMs() {
        return config.deadlineMs();
    }

    /** What this node is called. */
    public String node() {
        return node;
    }

    /** The other nodes that live, as far as is known; replaces what was said before. */
    public void updatePeers(List<PeerNode> others) {
        instances.updatePeers(others);
        links.updatePeers(others.stream()
                .map(PeerNode::node)
                .filter(other -> !other.equals(node))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** The nodes that run a stage, this one among them, with their numbers of instances. */
    public Map<String, Integer> nodesOf(Stage stage) {
        return instances.nodesOf(stage);
    }

    /** Registers an instance's answer; the result completes when questions can arrive. */
    public <Q, A> Future<Void> answer(Question<Q, A> question, int instance, Function<Q, Future<A>> answer) {
        QuestionResponder<Q, A> responder = new QuestionResponder<>(question, answer, log, events);
        String address = question.address(node, instance);
        return (clustered
                        ? consumers.open(address, responder::receive)
                        : consumers.openLocal(address, responder::receive))
                .onSuccess(ready -> instances.registerLocal(question.stage(), instance));
    }

    /** Says it once. It may be lost, and is where more is under way to that node than it takes. */
    public <T> void send(Notice<T> notice, String at, int instance, T body) {
        multicast(notice, body).sendTo(at, instance);
    }

    /** A notice for several. */
    public <T> NoticeMulticast<T> multicast(Notice<T> notice, T body) {
        return new NoticeMulticast<>(notice, body, eventBus, node, links);
    }

    /** Registers who hears it; the result completes when notices can arrive. */
    public <T> Future<Void> subscribe(Notice<T> notice, int instance, Consumer<T> hearer) {
        String address = notice.address(node, instance);
        Future<Void> here = consumers.openLocal(address, (message, body) -> {
            if (body instanceof LocalNotice local) {
                hearer.accept(notice.payloadType().cast(local.body()));
            }
        });
        return clustered
                ? here.compose(any -> links.subscribe(notice.handlerName(instance), bytes -> decodeAndSend(notice, address, bytes)))
                : here;
    }

    private <T> boolean decodeAndSend(Notice<T> notice, String address, byte[] bytes) {
        Optional<T> body = WireForm.of(notice.payloadType()).decode(bytes);
        body.ifPresent(known -> eventBus.send(address, new LocalNotice(known), LOCAL_ONLY));
        return body.isPresent();
    }

    public int inFlight(Stage stage) {
        return dispatcher.inFlight(stage);
    }

    /** Bytes of notices that no other node has confirmed yet. */
    public long unackedBytes() {
        return links.unackedBytes();
    }

    /** Makes this node's addresses known to the cluster anew, which can lose them for good. */
    public Future<Void> reregister() {
        return consumers.reregister();
    }
}
