package dev.portcullis.bus;

import dev.portcullis.bus.wire.WireForm;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Notices between nodes: an outlet to each node that is known, and one inlet for all that they say. */
final class Links {
    private static final WireForm<Batch> BATCH = WireForm.of(Batch.class);
    private static final String ADDRESS = "link@";
    private static final long ANSWER_AFTER_MS = 20;

    private final Vertx vertx;
    private final String node;
    private final Outlet.Config config;
    private final BusEvents events;
    private final Complaints complaints;
    private final Ears ears;
    private final Context own; // of no verticle, with which it would end
    private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
    private final Map<String, Predicate<byte[]>> hearers = new ConcurrentHashMap<>();
    private Optional<Future<Void>> inlet = Optional.empty();

    Links(Vertx vertx, String node, Outlet.Config config, BusEvents events, Complaints complaints, Ears ears) {
        this.vertx = vertx;
        this.node = node;
        this.config = config;
        this.events = events;
        this.complaints = complaints;
        this.ears = ears;
        this.own = vertx.getOrCreateContext();
    }

    synchronized void meet(Set<String> others) {
        outlets.forEach((each, outlet) -> {
            if (!others.contains(each)) {
                outlets.remove(each);
                outlet.close();
            }
        });
        others.forEach(each -> outlets.computeIfAbsent(each, any -> new Outlet(vertx, ADDRESS + each, config, events)));
    }

    boolean leadsTo(String at) {
        return outlets.containsKey(at);
    }

    void tell(String at, Batch.Item item) {
        Outlet outlet = outlets.get(at);
        if (outlet != null && !outlet.offer(item)) {
            events.dropped();
            complaints.aboutDrop(at);
        }
    }

    long underWay() {
        return outlets.values().stream().mapToLong(Outlet::underWay).sum();
    }

    /** @param hearer says whether it understood */
    synchronized Future<Void> hear(String name, Predicate<byte[]> hearer) {
        hearers.put(name, hearer);
        Future<Void> open = inlet.orElseGet(() -> ears.open(own, ADDRESS + node, this::receive));
        inlet = Optional.of(open);
        return open;
    }

    private void receive(Message<Object> message, Object body) {
        Optional<Batch> batch = body instanceof Buffer bytes ? BATCH.decode(bytes.getBytes()) : Optional.empty();
        batch.ifPresentOrElse(whole -> whole.items().forEach(this::receive), events::garbled);
        if (message.replyAddress() != null) { // later, so that one answer confirms what comes meanwhile
            vertx.setTimer(ANSWER_AFTER_MS, any -> message.reply(Buffer.buffer()));
        }
    }

    private void receive(Batch.Item item) {
        Predicate<byte[]> hearer = hearers.get(item.hearer());
        if (hearer == null || !hearer.test(item.body())) {
            events.garbled();
        }
    }
}
