package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.Line.LocalReply;
import dev.portcullis.bus.Line.LocalRequest;
import dev.portcullis.bus.Telling.LocalNotice;
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
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

    private final EventBus eventBus;
    private final boolean clustered;
    private final String node;
    private final BusConfig config;
    private final BusEvents events;
    private final Complaints complaints = new Complaints(System::nanoTime);
    private final Roster roster;
    private final Calls calls;
    private final Ears ears;
    private final Links links;

    public Bus(Vertx vertx, String node, BusConfig config) {
        this(vertx, node, config, BusEvents.IGNORED);
    }

    public Bus(Vertx vertx, String node, BusConfig config, BusEvents events) {
        this.eventBus = vertx.eventBus();
        this.clustered = vertx.isClustered();
        this.node = node;
        this.config = config;
        this.events = events;
        this.roster = new Roster(node, config.breaker());
        this.calls = new Calls(new Line(eventBus, node, events), node, config, events);
        this.ears = new Ears(vertx, events);
        this.links = new Links(vertx, node, config.link(), events, complaints, ears);
        eventBus.registerDefaultCodec(LocalRequest.class, new ByReference<>(LocalRequest.class));
        eventBus.registerDefaultCodec(LocalReply.class, new ByReference<>(LocalReply.class));
        eventBus.registerDefaultCodec(LocalNotice.class, new ByReference<>(LocalNotice.class));
        eventBus.serializableChecker(type -> false); // no class of a peer's choice is ever read (CWE-502)
        eventBus.clusterSerializableChecker(type -> false);
    }

    /** Fails with a {@link BusFailure} and nothing else. */
    public <Q, A> Future<A> ask(Question<Q, A> question, Q body) {
        return asking(question).ask(body, config.deadlineMs());
    }

    /** A question that may be repeated, at another instance if possible. */
    public <Q, A> Asking<Q, A> asking(Question<Q, A> question) {
        return new Asking<>(question, roster, calls, config.deadlineMs());
    }

    /** Asks one certain instance, whatever the question's key says, and however it fared so far. */
    public <Q, A> Future<A> askAt(Question<Q, A> question, String at, int instance, Q body) {
        return roster.find(question.stage(), at, instance)
                .map(place ->
                        calls.call(question, new Roster.Choice(place, Breaker.Pass.FREELY), body, config.deadlineMs()))
                .orElseGet(() -> Future.failedFuture(new BusFailure(Kind.NOBODY, question.stage())));
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
    public void meet(List<Peer> others) {
        roster.meet(others);
        links.meet(others.stream()
                .map(Peer::node)
                .filter(other -> !other.equals(node))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** The nodes that run a stage, this one among them, with their numbers of instances. */
    public Map<String, Integer> nodesOf(Stage stage) {
        return roster.nodesOf(stage);
    }

    /** Registers an instance's answer; the result completes when questions can arrive. */
    public <Q, A> Future<Void> answer(Question<Q, A> question, int instance, Function<Q, Future<A>> answer) {
        Reception<Q, A> reception = new Reception<>(question, answer, complaints, events);
        String address = question.address(node, instance);
        return (clustered ? ears.open(address, reception::receive) : ears.openHere(address, reception::receive))
                .onSuccess(ready -> roster.arrived(question.stage(), instance));
    }

    /** Says it once. It may be lost, and is where more is under way to that node than it takes. */
    public <T> void tell(Notice<T> notice, String at, int instance, T body) {
        telling(notice, body).at(at, instance);
    }

    /** A notice for several. */
    public <T> Telling<T> telling(Notice<T> notice, T body) {
        return new Telling<>(notice, body, eventBus, node, links);
    }

    /** Registers who hears it; the result completes when notices can arrive. */
    public <T> Future<Void> hear(Notice<T> notice, int instance, Consumer<T> hearer) {
        String address = notice.address(node, instance);
        Future<Void> here = ears.openHere(address, (message, body) -> {
            if (body instanceof LocalNotice local) {
                hearer.accept(notice.told().cast(local.body()));
            }
        });
        return clustered
                ? here.compose(any -> links.hear(notice.hearer(instance), bytes -> pass(notice, address, bytes)))
                : here;
    }

    private <T> boolean pass(Notice<T> notice, String address, byte[] bytes) {
        Optional<T> body = WireForm.of(notice.told()).decode(bytes);
        body.ifPresent(known -> eventBus.send(address, new LocalNotice(known), HERE));
        return body.isPresent();
    }

    public int underWay(Stage stage) {
        return calls.underWay(stage);
    }

    /** Bytes of notices that no other node has confirmed yet. */
    public long bytesUnderWay() {
        return links.underWay();
    }

    /** Makes this node's addresses known to the cluster anew, which can lose them for good. */
    public Future<Void> registerAnew() {
        return ears.openAnew();
    }
}
